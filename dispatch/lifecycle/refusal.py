"""Why something is refused. Every refusal names its rule and says what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: its rule, in words, and the way out.

    `fix` is the name of the verb (or a page's word) that mends it, empty when the words say it all.
    """

    rule: str
    code: str
    message: Any
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the lack as plain data in the active language."""
        return {"rule": self.rule, "code": self.code, "message": str(self.message), "fix": self.fix}


@dataclass
class Refusal(Exception):
    """Something was asked that can't be done. Nothing was changed.

    `context` is plain data: it can be stored and the refusal said again in another language.
    """

    rule: str = ""
    context: dict = field(default_factory=dict)
    status = 400
    code = "refused"

    @property
    def title(self) -> str:
        """The refusal in a few words."""
        return _("That can't be done")

    @property
    def detail(self) -> str:
        """The refusal in a sentence, with what to do."""
        return ""

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


class BadData(Refusal):
    """The data does not read: `context["errors"]` maps a field to what is wrong with it."""

    status, code = 400, "bad_data"

    @property
    def title(self) -> str:
        return _("Some of this can't be read")

    @property
    def detail(self) -> str:
        return _("Correct the fields named and send it again. Nothing was changed.")


class NotFound(Refusal):
    """There is no such order, or it is not yours: the two are not told apart."""

    status, code = 404, "not_found"

    @property
    def title(self) -> str:
        return _("Not found")

    @property
    def detail(self) -> str:
        return _("There is no such order among yours. It may have been passed to somebody else.")


class NotAllowed(Refusal):
    """The order is visible, but this is for somebody else to do."""

    status, code = 403, "not_allowed"

    @property
    def title(self) -> str:
        return _("Not yours to do")

    @property
    def detail(self) -> str:
        return _("“%(action)s” is for: %(roles)s.") % self.context


class WrongState(Refusal):
    """The order has moved on, or is not that far yet. Says who moved it last."""

    status, code = 409, "wrong_state"

    @property
    def title(self) -> str:
        return _("The order is “%(state)s” now") % self.context

    @property
    def detail(self) -> str:
        said = _("“%(action)s” is not possible from there.") % self.context
        if self.context.get("by"):
            said += " " + _("Last: “%(last)s” by %(by)s.") % self.context
        return said


class Stale(WrongState):
    """The page or phone was looking at an older version of the order."""

    code = "stale"

    @property
    def title(self) -> str:
        return _("The order has changed since you opened it")

    @property
    def detail(self) -> str:
        return _("Last: “%(last)s” by %(by)s. Look at it again, then decide.") % self.context


class GuardsUnmet(Refusal):
    """Something has to be done first. `lacks` is the whole list, each with its rule and a way out."""

    status, code = 422, "guards_unmet"

    def __init__(self, rule: str, lacks: list[Lack]) -> None:
        super().__init__(rule=rule, context={})
        self.lacks = lacks

    @property
    def title(self) -> str:
        return _("Not yet")

    @property
    def detail(self) -> str:
        return " ".join(str(lack.message) for lack in self.lacks)


class KeyReused(Refusal):
    """An idempotency key was used before, for something else (H-N3)."""

    status, code = 422, "key_reused"

    @property
    def title(self) -> str:
        return _("This key was used for something else")

    @property
    def detail(self) -> str:
        return _("Make a new Idempotency-Key for every act; keep it only when sending the same act again.")


class Busy(Refusal):
    """Somebody else is changing the same thing right now."""

    status, code = 409, "busy"

    @property
    def title(self) -> str:
        return _("Somebody is changing this right now")

    @property
    def detail(self) -> str:
        return _("Try again in a few seconds. Nothing was changed.")


STORED = {cls.code: cls for cls in (WrongState, Stale)}
