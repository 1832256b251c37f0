"""How a template reads: filled from an order there is, with example facts for what that order does not have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import translation

from customers.money import say
from dispatch.models import Link, NoticeEvent, ServiceOrder
from dispatch.notices import wording
from dispatch.notices.catalogue import places_of
from dispatch.notices.facts import facts_of

ONE_SMS, OF_SEVERAL = 70, 67  # signs, with Chinese in it (GSM 03.38 gives 160 and 153 to plain Latin)
LATIN, LATIN_OF_SEVERAL = 160, 153
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
NAMES = {"en": "David Lin", "zh-hans": "林大伟", "zh-hant": "林大偉"}
REASONS = {"en": "the model on the type plate.", "zh-hans": "铭牌上的型号。", "zh-hant": "銘牌上的型號。"}


@dataclass(frozen=True)
class Preview:
    """A filled template; `signs` long, paid as `messages` text messages."""

    subject: str
    body: str
    signs: int
    messages: int


def preview(event: str, language: str, subject: str, body: str, order: ServiceOrder | None, now: datetime) -> Preview:
    """Return the template filled. Raises ValidationError when it names what is not known."""
    wording.check(event, subject, body)
    facts = example(event, language, order, now)
    text = wording.fill(body, facts)
    return Preview(wording.fill(subject, facts), text, len(text), messages_of(text))


def example(event: str, language: str, order: ServiceOrder | None, now: datetime) -> dict[str, str]:
    """Return facts for each place of an event's templates; of `order` where it has them."""
    made_up = {
        "technician": NAMES.get(language, NAMES["en"]),
        "permit": "A1024",
        "reason": REASONS.get(language, REASONS["en"]),
        "part": "pump",
        "amount": say(120_000, order.outlet.currency if order else "TWD"),
        "code": "482913",
        "address": order.address.full if order else "",
        "why": "angry",
        "what": NoticeEvent.APPOINTMENT.value,
    }
    if order is None:
        return {name: made_up.get(name, "") for name in places_of(event)}
    start = now + timedelta(days=1)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    kept = {name: made_up[name] for name in places_of(event) if name in made_up} | times | {"eta": start.isoformat()}
    with translation.override(language):
        return facts_of(order, kept, language, Link(order=order))


def messages_of(text: str) -> int:
    """Return how many text messages a text is paid as."""
    one, several = (LATIN, LATIN_OF_SEVERAL) if GSM.issuperset(text) else (ONE_SMS, OF_SEVERAL)
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= one else -(-length // several)
