"""The numbers of the service standard, each with its rule. Durations are timedeltas."""

from datetime import timedelta

REVIEW_WITHIN = timedelta(minutes=30)  # H-I1
INFO_WITHIN = timedelta(hours=24)  # H-I1
ASSIGN_WITHIN = timedelta(minutes=30)  # H-N1
ASSIGN_BEFORE_WISH = timedelta(hours=4)  # H-A4: a wish for later leaves time, but not to the last hour …
ASSIGN_AT_LAST = timedelta(hours=24)  # … and nobody waits more than a day to hear who comes
ASSIGN_URGENT_WITHIN = timedelta(minutes=10)  # H-N1
ACCEPT_WITHIN = timedelta(minutes=15)  # H-A4
CONTACT_WITHIN = timedelta(minutes=30)  # H-C1
RETRY_AFTER = timedelta(minutes=20)  # H-C5
CALLS_BEFORE_GOING = 3  # H-C7: never reached, go by the address
GO_WITHIN = timedelta(minutes=45)  # H-C7
ARRIVE_EARLY = timedelta(minutes=5)  # H-D2: at the latest 5 minutes early
ARRIVE_EARLIEST = timedelta(minutes=10)  # H-D2: at the earliest 10
RE_ESTIMATE_BEFORE = timedelta(hours=1)  # H-D2
LATE_CALL_BEFORE = timedelta(minutes=2)  # H-E4
VERY_LATE = timedelta(minutes=15)  # H-E4
KNOCK_EVERY = timedelta(seconds=30)  # H-E2
KNOCK_FOR = timedelta(minutes=5)  # H-E2
DIAGNOSE_WITHIN = timedelta(minutes=30)  # H-N1
COMPLETE_WITHIN = timedelta(minutes=15)  # H-N1
WIN_BACK_WITHIN = timedelta(minutes=30)  # H-C6
PARTS_WITHIN = timedelta(days=1)  # H-N1, until a date is known
WORKSHOP_WITHIN = timedelta(days=7)  # H-F4, until a date is promised
HELP_WITHIN = timedelta(minutes=10)  # H-A5: the technician stands in somebody's kitchen
WAIVER_WITHIN = timedelta(minutes=10)  # H-G4: likewise
CLAIM_WITHIN = timedelta(days=1)  # H-F8
INVOICE_WITHIN = timedelta(days=3)  # H-G3, until a day is agreed
QUOTE_HOLDS = timedelta(days=7)  # H-F2
COUNTER_WITHIN = timedelta(days=1)  # H-I4: brought in, or ready to be collected
BAD_RATING = 2  # H-H2: 1 or 2 of 5
DEFAULT_MINUTES = 60  # a visit with no known fault
