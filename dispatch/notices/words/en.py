"""What customers are told, in English. Short: a text message is paid by its length."""

from dispatch.models import NoticeEvent as E

WORDS = {
    E.OPENED: (
        "We have your request",
        "{outlet}: we have your request about your [{appliance} ](no. {number}).[ What happens next: {link}]",
    ),
    E.NEEDS_INFO: (
        "Something is missing in your request",
        "{outlet}: to go on with your request (no. {number}) we need: {reason}[ Please add it here: {link}]",
    ),
    E.REFUSED_REQUEST: (
        "About your request",
        "{outlet}: we cannot take on your request (no. {number}). The reason: {reason}[ Questions: {phone}]",
    ),
    E.APPOINTMENT: (
        "Your appointment: {window}",
        "{outlet}: we will visit you on {window}[, technician {technician}].[ To change or confirm: {link}]",
    ),
    E.ON_THE_WAY: (
        "We are on the way",
        "{outlet}: {technician} is on the way[ and should arrive at about {eta}][. Work permit {permit}: please check "
        "it at the door].[ Follow the visit: {link}]",
    ),
    E.DELAYED: (
        "We will be later than agreed",
        "{outlet}: we are sorry, our visit is delayed. {technician} should arrive at about {eta}.[ If that does not "
        "suit you, choose another time: {link}][ Our phone: {phone}]",
    ),
    E.LATE_APOLOGY: (
        "We apologise for being late",
        "{outlet}: we apologise, we cannot be with you at the time agreed.[ {technician} should arrive at about "
        "{eta}.][ If you would rather have another time: {link}][ Our phone: {phone}]",
    ),
    E.ARRIVED: ("We are at your door", "{outlet}: {technician} is at your door[. Work permit: {permit}]."),
    E.PART_ARRIVED: (
        "The part has arrived",
        "{outlet}: the part for your [{appliance} ](no. {number}) has arrived. We will call you to agree a "
        "time.[ {link}]",
    ),
    E.QUOTE: (
        "Our quote",
        "{outlet}: our quote for order no. {number}[: {amount}]. Nothing is done before you agree.[ Read and "
        "answer: {link}]",
    ),
    E.RECEIPT: (
        "Your receipt",
        "{outlet}: thank you.[ We have charged {amount} for order no. {number}.][ Your receipt and warranty "
        "record: {link}]",
    ),
    E.RATE: (
        "Are you content with us?",
        "{outlet}: are you content with the repair and with how we worked? [Tell us here, or that it is still "
        "broken: {link}]",
    ),
    E.CALLBACK_MISSED: (
        "We tried to call you",
        "{outlet}: we tried to call you about order no. {number} and did not reach you. We will try again. "
        "[Tell us how it is: {link}][ Our phone: {phone}]",
    ),
    E.CANCELLED: (
        "Your order is cancelled",
        "{outlet}: order no. {number} is cancelled.[ If this is a mistake, call {phone}.]",
    ),
    E.CODE: (
        "Your code",
        "{code} is your code. It is good for a few minutes. We never ask for it by phone; give it to nobody.",
    ),
    E.ALARM: (
        "Alarm",
        "Alarm from {technician}[ at {address}], order no. {number}, {outlet}. Take over on the page of the order.",
    ),
    E.ESCALATED: (
        "Manager called in",
        "Order no. {number}, {outlet}: the manager is called in ({why})[. {reason}]",
    ),
    E.UNDELIVERED: (
        "A customer could not be told",
        "Order no. {number}, {outlet}: the customer could not be told ({what}). Please call; it is in the list of "
        "calls.",
    ),
}
