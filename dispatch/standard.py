"""The rules of the service standard: identity, what it asks in a few words, and how far Doorstep keeps it.

`manage.py standard` adds where each stands in the code and which tests hold it. `left` says what is missing;
a rule with nothing left is built.
"""

from __future__ import annotations

from dataclasses import dataclass

BUILT, PARTLY, NOT_YET = "built", "partly", "not yet"


@dataclass(frozen=True)
class Rule:
    """One rule. `status` is BUILT, PARTLY or NOT_YET."""

    id: str
    title: str
    status: str = NOT_YET
    left: str = ""


RULES = {
    rule.id: rule
    for rule in (
        # Warranty
        Rule("H-W1", "The maker's policy decides what is covered", BUILT),
        Rule("H-W2", "The last word on cover is spoken at diagnosis", BUILT),
        Rule("H-W3", "A replacement does not restart the period", BUILT),
        Rule("H-W4", "Old parts go back to the company", BUILT),
        Rule("H-W5", "What is not covered is coded", BUILT),
        Rule("H-W6", "Out of warranty is repaired for a fee", BUILT),
        Rule("H-W7", "Return or exchange by the history", BUILT),
        # Intake
        Rule("H-I1", "A request is reviewed before it is an order", BUILT),
        Rule("H-I2", "An order with gaps does not pass the contact", BUILT),
        Rule("H-I3", "Gaps: the dispatcher first, then the customer; who filled what", BUILT),
        Rule("H-I4", "Every channel and kind of service is recorded", BUILT),
        # Accepting
        Rule("H-A1", "Likely cause and parts from the symptom, and what fixed it before", BUILT),
        Rule("H-A2", "Settled by phone, called back after 2 hours", BUILT),
        Rule("H-A3", "Parts drawn or requested before leaving", BUILT),
        Rule("H-A4", "Can it be done on time? No two visits at once", BUILT),
        Rule("H-A5", "Never done it: ask first", BUILT),
        Rule("H-A6", "Take a loaner when it may not be repaired there", BUILT),
        # Contact
        Rule("H-C1", "Each item confirmed or corrected", BUILT),
        Rule("H-C2", "Another time only with a reason and consent", BUILT),
        Rule(
            "H-C3",
            "Corrected: skill, bag, way and warranty are looked at again",
            BUILT,
        ),
        Rule("H-C4", "Receipts in the bag when it is charged", BUILT),
        Rule("H-C5", "No answer: try again, or go straight there", BUILT),
        Rule("H-C6", "An angry customer is won back by the manager", BUILT),
        Rule("H-C7", "Never reached: to the address, a note, call again", BUILT),
        # Departure
        Rule("H-D1", "The bag is checked against the list before leaving", BUILT),
        Rule("H-D2", "Leave by, settled an hour before", PARTLY, "a phone on which the app is closed"),
        Rule("H-D3", "Delayed: a new time, or somebody else", BUILT),
        Rule("H-D4", "Held up: the rest of the day moves, and is told", BUILT),
        # Arrival
        Rule("H-E1", "Looked over before the door", BUILT),
        Rule("H-E2", "Nobody opens: the whole guide, then a note", BUILT),
        Rule("H-E3", "On time, and show the permit", BUILT),
        Rule("H-E4", "Late: called ahead, and what to say by how late", BUILT),
        Rule("H-E5", "Different at the door: each case has a next step", BUILT),
        Rule("H-E6", "Shoe covers, pad cloth, cover cloths", BUILT),
        # Work
        Rule("H-F1", "Hear the customer out", BUILT),
        Rule("H-F2", "No chargeable work before the quote is accepted", BUILT),
        Rule("H-F3", "Each diagnosis has its next step", BUILT),
        Rule("H-F4", "Workshop: a promise, and the way back is a visit", BUILT),
        Rule("H-F5", "Installing: the place is the customer's decision", BUILT),
        Rule("H-F6", "Nothing borrowed, nothing dragged, damage paid", BUILT),
        Rule("H-F7", "Nothing leaves the house against the customer's will", BUILT),
        Rule("H-F8", "Compensation is for the manager alone", BUILT),
        Rule("H-F9", "An urgent call moves other work", BUILT),
        Rule("H-F10", "Held or abused: the centre takes over", BUILT),
        Rule("H-F11", "Test run, or a call after 2 hours", BUILT),
        Rule("H-F12", "Tools counted, all put back", BUILT),
        # Charging
        Rule("H-G1", "Fees shown before the work, a receipt after", BUILT),
        Rule("H-G2", "Help with software by its age", BUILT),
        Rule("H-G3", "Never more than agreed; the lower one counts", BUILT),
        Rule("H-G4", "Only the centre waives", BUILT),
        # Completing
        Rule("H-H1", "Signed or not and why; the record the same day", BUILT),
        Rule("H-H2", "A bad rating does not close", BUILT),
        Rule("H-H3", "A gift, and the company's number", PARTLY, "calls by the company's number"),
        Rule("H-H4", "Leave clean", BUILT),
        # Following up
        Rule("H-R1", "Called back: by whom, when, until heard", BUILT),
        Rule("H-R2", "Not satisfied: visited again, and counted", BUILT),
        Rule("H-R3", "The day's records reach the centre the same day", BUILT),
        Rule("H-R4", "The books are settled every day", BUILT),
        # Never lost
        Rule("H-N1", "Always an owner, an action, a time", BUILT),
        Rule("H-N2", "Every change recorded once, for good", BUILT),
        Rule("H-N3", "An update counts once, however often it is sent", BUILT),
    )
}
