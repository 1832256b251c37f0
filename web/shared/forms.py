"""Forms drawn from the serializers which the actions declare: one description of the data, no second one.

`ActForm` is what a page hands to shared/act_form.html; `rows_of` alone serves other forms; `from_post`
reads either back.
"""

import uuid
from dataclasses import dataclass, field

from web.shared.looks import ICONS
from web.shared.post import from_post
from web.shared.rows import Option, Row, rows_of, texts

__all__ = ["ActForm", "Option", "Row", "from_post", "other_errors", "rows_of"]

DRAWING = ("initial", "post", "zone", "currency", "only", "choices")


def other_errors(errors, rows):
    """Return the texts of errors which belong to no row, to be said above the form."""
    shown = {row.name for row in rows if row.kind != "hidden"}
    return [text for name, found in (errors or {}).items() if name not in shown for text in texts(found)]


@dataclass
class ActForm:
    """A form which performs one verb. `tone`: primary, danger or '' (plain).

    key: the idempotency key; it lives in the page until the server has answered. target: CSS selector that
    htmx replaces with the answer; without it the form posts as a plain page. hidden: more hidden values, such
    as the version. folded: names of the rows that few need, put behind one line.
    """

    verb: str
    label: str
    url: str
    rows: list = field(default_factory=list)
    tone: str = "primary"
    icon: str = ""
    hidden: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    target: str = ""
    note: str = ""
    cancel_url: str = ""
    folded: tuple = ()
    folded_label: str = ""
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def open_rows(self):
        """The rows everybody sees."""
        return [row for row in self.rows if row.name not in self.folded]

    @property
    def folded_rows(self):
        """The rows few need, behind one line."""
        return [row for row in self.rows if row.name in self.folded]

    @property
    def unfold(self):
        """True if a folded row has something wrong in it."""
        return any(row.errors for row in self.folded_rows)

    @property
    def multipart(self):
        """True if a file may come along."""
        return any(row.attrs.get("type") == "file" for row in self.rows)

    @classmethod
    def build(cls, verb, label, url, serializer=None, *, errors=None, prefix="", **more):
        """Make the form of a verb from its serializer (None: a verb without data).

        `more` goes where it belongs: initial, post, zone, currency, only and choices to `rows_of`, the rest
        to the form itself. `prefix` keeps ids apart; it is the verb unless given.
        """
        drawing = {name: more.pop(name) for name in DRAWING if name in more}
        prefix = prefix or verb.replace("_", "-")
        rows = [] if serializer is None else rows_of(serializer, errors=errors, prefix=prefix, **drawing)
        return cls(verb, str(label), url, rows, errors=other_errors(errors, rows), **more)

    @classmethod
    def of(cls, verb, url, **more):
        """Make the form of a registered `dispatch.lifecycle.Verb`: its own words, data and tone."""
        more.setdefault("tone", verb.tone)
        more.setdefault("icon", ICONS.get(verb.name, ""))
        return cls.build(verb.name, verb.label, url, verb.data() if verb.data else None, **more)
