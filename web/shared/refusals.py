"""A refusal teaches: the domain says what is missing; here the page adds why, and the button which mends it."""

from django.utils.translation import gettext_lazy as _

from dispatch.lifecycle import REGISTRY

# Rule → why it stands, in plain words.
WHY = {
    "H-A5": _("Ten minutes of asking save the customer a second visit."),
    "H-E1": _("The customer sees us before they see our work."),
    "H-E6": _("Shoe covers and cloths leave the home as it was."),
    "H-F5": _("The customer lives with the place, and decides once the hazards are known."),
    "H-F6": _("Care for the home and the right tools are part of the repair."),
    "H-F8": _("The technician promises nothing; the manager decides by the rule."),
    "H-F10": _("Nobody is hurt over an appliance."),
    "H-H4": _("The last thing a customer sees is how we leave."),
    "H-W3": _("The warranty runs from the first purchase, whatever was replaced."),
    "H-W7": _("The same clause decides for every customer."),
    "H-A2": _("A fault settled by phone saves the customer a day of waiting."),
    "H-A3": _("A part that is at hand saves the customer a second visit."),
    "H-A4": _("A technician can keep one promise at a time; the customer waits for the other."),
    "H-C1": _("Confirming by phone first saves a journey to the wrong door."),
    "H-C2": _("The customer planned the day around the time that was agreed."),
    "H-C3": _("A technician trained for it repairs it the first time."),
    "H-C5": _("Each attempt on record shows that we tried, and when to try again."),
    "H-C6": _("An angry customer is heard out before anybody rings the bell."),
    "H-D1": _("What is left behind means a second visit."),
    "H-E2": _("With every step on record nobody can say that we did not come."),
    "H-F2": _("No chargeable work starts before the customer has agreed to the price."),
    "H-F3": _("Without a cause named, the next person starts from nothing."),
    "H-F7": _("Serial numbers show the customer which part went in and which came out."),
    "H-F11": _("A repair nobody tested is one the customer tests."),
    "H-F12": _("A tool left behind is missing at the next door."),
    "H-G3": _("Where two prices differ the customer pays the lower one."),
    "H-H1": _("The signature shows that the customer saw the work; nobody is made to sign."),
    "H-H2": _("A customer who is not satisfied is not finished with."),
    "H-I2": _("The technician needs it to bring the right skill and the right part."),
    "H-I3": _("Gaps are asked of the dispatcher first, then of the customer."),
    "H-R3": _("What is not reported the same day is not missed until it is too late."),
    "H-R4": _("What two have counted and agreed to needs no explaining later."),
    "H-R1": _("The callback tells whether the repair holds."),
    "H-W4": _("What is changed under warranty is the company's, and is looked at again."),
}


def taught(lacks, link=None):
    """Turn lacks (objects with rule, message, fix) into what shared/refusal.html draws.

    link(verb_name) returns the URL where that verb can be done by this person, or None. Without one the
    words have to do. Lacks of one rule with one remedy are told together: the reason and the button once.
    """
    drawn = {}
    for lack in lacks:
        line = drawn.setdefault((lack.rule, lack.fix), _line(lack, link))
        line["missing"].append(lack.message)
    for line in drawn.values():
        if len(line["missing"]) == 1:
            line["missing"] = line["missing"][0]
        else:
            line["many"] = line.pop("missing")
    return list(drawn.values())


def _line(lack, link):
    url = link(lack.fix) if link and lack.fix in REGISTRY else None
    return {
        "rule": lack.rule,
        "missing": [],
        "why": WHY.get(lack.rule, ""),
        "fix_url": url,
        "fix_label": REGISTRY[lack.fix].label if url else "",
    }
