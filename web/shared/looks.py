"""How a state looks: the class which gives the colour and the shape which gives it without colour.

The one place where a code of the trade meets a CSS class; templates go through the tags in `look`.
"""

# state → (CSS class, shape in icons.svg), in the order of the life
STATES = {
    "requested": ("state-ready", "s-question"),
    "needs_info": ("state-followup", "s-question"),
    "rejected": ("state-ready", "s-cross"),
    "ready": ("state-ready", "s-ring"),
    "assigned": ("state-assigned", "s-target"),
    "accepted": ("state-accepted", "s-half"),
    "contacted": ("state-contacted", "s-speech"),
    "consulting": ("state-contacted", "s-handset"),
    "en_route": ("state-enroute", "s-arrow"),
    "on_site": ("state-onsite", "s-pin"),
    "diagnosed": ("state-diagnosed", "s-diamond"),
    "charged": ("state-charged", "s-coin"),
    "follow_up": ("state-followup", "s-turn"),
    "closed": ("state-closed", "s-check"),
    "in_workshop": ("state-workshop", "s-square"),
    "awaiting_parts": ("state-workshop", "s-box"),
    "cancelled": ("state-ready", "s-cross"),
    # Not states of an order, but said the same way beside one.
    "exception": ("state-exception", "s-notch"),
    "late": ("state-late", "s-alert"),
}
PLAIN = ("state-ready", "s-ring")

# visit status → (CSS class, icon or None)
VISITS = {
    "proposed": ("visit-proposed", None),
    "agreed": ("visit-agreed", None),
    "locked": ("visit-locked", "lock"),
    "done": ("visit-done", "check"),
    "aborted": ("visit-aborted", "x"),
    "exception": ("visit-exception", "alert"),
}

# Django's message level → icon
MESSAGES = {"success": "check", "warning": "alert", "error": "alert"}

# verb → icon beside its word
ICONS = {
    "accept": "check",
    "contact": "phone",
    "consult": "phone",
    "depart": "depart",
    "arrive": "arrive",
    "diagnose": "wrench",
    "charge": "receipt",
    "complete": "star",
    "check_kit": "list",
    "check_off": "list",
    "explain": "message",
    "hear_out": "message",
    "ask_help": "message",
    "answer_help": "message",
    "make_safe": "shield",
    "let_decide": "home",
    "file_claim": "edit",
    "sos": "alert",
    "take_over": "phone",
    "settle_sos": "check",
    "reschedule": "calendar",
    "ask_other_time": "calendar",
    "assign": "user",
    "transfer": "users",
    "correct": "edit",
    "pull_in": "box",
    "take_in": "box",
    "deliver": "arrive",
    "receive": "box",
    "bench_diagnose": "wrench",
    "bench_wait": "clock",
    "bench_repair": "wrench",
    "bench_test": "check",
    "workshop_done": "check",
    "move_promise": "calendar",
    "reserve_loaner": "lock",
    "hand_out_loaner": "arrow-right",
    "take_back_loaner": "undo",
}
