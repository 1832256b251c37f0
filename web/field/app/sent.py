"""An act as a phone sends it: the values of a form, the phone's clock and place, and a key that makes it count once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from dispatch.actions.pictures import SignatureField
from dispatch.lifecycle import REGISTRY, BadData
from technicians.models import User
from web.shared.doing import device_time, position_of

KEY = re.compile(r"[\x21-\x7e]{8,80}")
# A phone's clock may stand anywhere. It is kept, a day short of the ends so that every zone can show it.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass
class Sent:
    """What came, read. `values` as {name: text or list of texts}; `strokes` of signatures by field."""

    key: str
    values: dict[str, Any]
    strokes: dict[str, list] = field(default_factory=dict)
    version: int | None = None
    device_at: datetime | None = None
    position: dict | None = None


@dataclass
class AsPosted:
    """The values of an act, standing in for the request of a page's form: `web.shared.doing` reads both alike."""

    user: User
    POST: QueryDict
    method: str = "POST"
    GET: QueryDict = field(default_factory=QueryDict)
    FILES: MultiValueDict = field(default_factory=MultiValueDict)
    htmx: bool = False


def by(body: Any, user: User) -> bool:
    """False where the phone says that somebody else did it: two people may share a phone, not each other's acts."""
    return not isinstance(body, dict) or body.get("user") in (None, user.pk)


def read(body: Any, key: str, verb: str) -> Sent:
    """Read what a phone sent. Raises BadData naming what does not read."""
    errors: dict[str, list[str]] = {}
    if not KEY.fullmatch(key):
        errors["Idempotency-Key"] = [_("Use 8 to 80 printable ASCII characters without spaces, such as a UUID.")]
    if not isinstance(body, dict) or not isinstance(body.get("values", {}), dict):
        errors["values"] = [_("The values are an object: a text or a list of texts for each name.")]
        raise BadData("H-N3", {"errors": errors})
    found = Sent(key, {})
    for name, value in body.get("values", {}).items():
        if not _take(found, name, value, verb):
            errors[name] = [_("A value is a text or a list of texts.")]
    version = body.get("version")
    if version is not None:
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            errors["version"] = [_("The version is a whole number, as the order showed it.")]
        found.version = version
    if errors:
        raise BadData("H-N3", {"errors": errors})
    found.device_at = device_at(body.get("device_at"))
    found.position = _position(body.get("position"))
    return found


def whole(body: dict[str, Any]) -> None:
    """Refuse an act of which a picture is lost for good: what it was to show is taken again (H-W5). Raises BadData."""
    why = body.get("unseen")
    if why == "gone":
        raise BadData("H-W5", {"errors": {"photos": [_("A photo is no longer on the phone. Take it again.")]}})
    if why:
        said = _("A photo could not be taken: %(why)s") % {"why": str(why)[:240]}
        raise BadData("H-W5", {"errors": {"photos": [said]}})


def _take(found: Sent, name: str, value: Any, verb: str) -> bool:
    """Take one value; return False when it is none."""
    if isinstance(value, dict) and name in signatures(verb):
        found.values[name] = value.get("png") if isinstance(value.get("png"), str) else ""
        found.strokes[name] = value.get("strokes")
        return True
    if isinstance(value, bool) or value is None:
        value = "on" if value else ""
    if isinstance(value, int | float):
        value = str(value)
    if isinstance(value, list):
        value = [str(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in value]
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and "\x00" not in one for one in texts):
        return False
    found.values[name] = value
    return True


def signatures(verb: str) -> set[str]:
    """Return the names of the fields of a verb that hold a signature."""
    data = REGISTRY[verb].data if verb in REGISTRY else None
    return {name for name, one in data().fields.items() if isinstance(one, SignatureField)} if data else set()


def as_posted(sent: Sent, user: User) -> AsPosted:
    """Return the values as a page's form would have posted them."""
    post = QueryDict(mutable=True)
    for name, value in sent.values.items():
        post.setlist(name, value if isinstance(value, list) else [value])
    return AsPosted(user, post)


def device_at(text: Any) -> datetime | None:
    """Read the phone's clock: however wrong, it is kept, and the server's counts."""
    moment = device_time(text) if isinstance(text, str) else None
    if moment is None:
        return None
    try:
        return min(max(moment.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST


def _position(found: Any) -> dict | None:
    """Read a position; one that is nowhere on Earth is none: it must not stand in the way of what was done."""
    if not isinstance(found, dict):
        return None
    return position_of({f"position_{name}": value for name, value in found.items() if value is not None})
