"""The rows of a form, drawn from a serializer: which control, which limits, what it starts with."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from customers import money
from dispatch.actions.pictures import PhotosField, SignatureField
from web.shared import values
from web.shared.post import MANY, currency_of, is_lines, is_money, wanted

FEW = 5  # up to this many choices lie open as radio buttons
INPUTS = (  # first match wins: (field class, attributes of <input>)
    (serializers.EmailField, {"type": "email", "inputmode": "email"}),
    (serializers.URLField, {"type": "url", "inputmode": "url"}),
    (serializers.IntegerField, {"type": "number", "inputmode": "numeric", "step": 1}),
    (serializers.DecimalField, {"type": "number", "inputmode": "decimal", "step": "any"}),
    (serializers.FloatField, {"type": "number", "inputmode": "decimal", "step": "any"}),
    (serializers.DateTimeField, {"type": "datetime-local"}),
    (serializers.DateField, {"type": "date"}),
    (serializers.TimeField, {"type": "time"}),
    (serializers.FileField, {"type": "file"}),
    (PhotosField, {"type": "file"}),
)
STYLED = {"tel": {"type": "tel", "inputmode": "tel"}, "password": {"type": "password"}, "hidden": {"type": "hidden"}}


@dataclass
class Option:
    """One choice: what is sent, what is read, whether it is taken."""

    value: str
    label: str
    selected: bool = False


@dataclass
class Row:
    """One field as it is drawn. kind: input, textarea, select, radios, checks, check, photos, signature or hidden."""

    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    errors: list = field(default_factory=list)
    value: str = ""
    options: list = field(default_factory=list)
    turns: list = field(default_factory=list)  # the two readings of a local time which comes twice
    attrs: dict = field(default_factory=dict)
    unit: str = ""
    id: str = ""
    across: bool = False  # short choices side by side, such as 1 to 5

    @property
    def described_by(self):
        """Ids of the help and the error, for aria-describedby; None when there is neither."""
        ids = [f"{self.id}-help"] if self.help else []
        ids += [f"{self.id}-error"] if self.errors else []
        return " ".join(ids) or None

    @property
    def marks(self):
        """Attributes common to every kind of control."""
        return {
            "aria-describedby": self.described_by,
            "aria-invalid": "true" if self.errors else None,
            **self.attrs,
        }

    @property
    def alone(self):
        """True if the control is one element which a <label for> can name."""
        return self.kind not in ("radios", "checks")


def rows_of(
    serializer, *, initial=None, post=None, errors=None, zone=None, currency=None, prefix="f", only=None, choices=None
):
    """Return the rows of a form for `serializer` (an instance of a plain Serializer).

    initial: {name: value} to begin with. post: what was typed, after a refusal; it wins over initial.
    errors: {name: [texts]} as the serializer gives them. zone: the outlet's, for local times.
    prefix: keeps ids apart when a page has several forms. choices: {name: [(value, label)]} where the page
    knows what there is to choose from: the kit's items, the outlet's own technicians.
    """
    zone = zone or timezone.get_current_timezone()
    rows = []
    for name, item in wanted(serializer, only).items():
        given = (choices or {}).get(name)
        value = _value(name, item, initial or {}, post, given)
        row = Row(
            name=name,
            kind=_kind(item) if given is None else _kind_of_given(item, given),
            label=str(item.label or name.replace("_", " ").capitalize()),
            help=str(item.help_text or ""),
            required=item.required and not isinstance(item, serializers.BooleanField),
            errors=texts((errors or {}).get(name)),
            attrs=_attrs(item),
            unit=currency_of(item, currency) if is_money(item) else str(item.style.get("unit", "")),
            id=f"{prefix}-{name}",
        )
        _fill(row, item, value, zone, currency, given)
        if row.kind == "input" and row.attrs.get("type") == "datetime-local":
            row.turns = _turns(row.value, zone, (post or {}).get(f"{name}__fold"))
        rows.append(row)
    return rows


def _value(name, item, initial, post, given):
    """Return what the control starts with: typed, else initial, else the field's own default."""
    if post is not None:
        if isinstance(item, MANY) and (given is not None or not is_lines(item)):
            return post.getlist(name)
        return post.get(name, "")
    if name in initial:
        return initial[name]
    default = item.initial if item.default is empty else item.default
    return None if callable(default) or default is empty else default


def _kind(item):
    """Choose the control for a field."""
    asked = str(item.style.get("base_template", ""))
    if isinstance(item, PhotosField | SignatureField):
        return "photos" if isinstance(item, PhotosField) else "signature"
    if item.style.get("input_type") == "hidden" or item.style.get("hidden"):
        return "hidden"
    if isinstance(item, serializers.BooleanField):
        return "select" if item.allow_null else "check"
    if is_lines(item) or item.style.get("textarea") or asked == "textarea.html":
        return "textarea"
    if isinstance(item, MANY):
        return "checks"
    if isinstance(item, serializers.ChoiceField):
        radios = asked == "radio.html" or (not asked and len(item.choices) <= FEW)
        return "radios" if radios else "select"
    if isinstance(item, serializers.RelatedField):
        return "select"
    return "radios" if _scale(item) else "input"


def _scale(item):
    """Return the numbers of a short scale (1 to 5), which is tapped and not typed; else nothing."""
    low, high = getattr(item, "min_value", None), getattr(item, "max_value", None)
    if not isinstance(item, serializers.IntegerField) or None in (low, high) or high - low >= FEW:
        return []
    return [(str(number), str(number)) for number in range(low, high + 1)]


def _kind_of_given(item, given):
    """Choose the control for choices which the page hands in."""
    if isinstance(item, PhotosField):
        return "photos"
    if isinstance(item, MANY):
        return "checks"
    if item.style.get("suggest"):
        return "input"
    return "radios" if len(given) <= FEW else "select"


def _attrs(item):
    """Return the HTML attributes which follow from the field's own limits."""
    attrs = {"autocomplete": item.style.get("autocomplete", "off")}
    if is_money(item):
        attrs.update({"type": "text", "inputmode": "decimal"})
    else:
        attrs.update(next((dict(known) for cls, known in INPUTS if isinstance(item, cls)), {"type": "text"}))
        attrs.update({"min": getattr(item, "min_value", None), "max": getattr(item, "max_value", None)})
    attrs.update(STYLED.get(item.style.get("input_type"), {}))
    attrs["maxlength"] = getattr(item, "max_length", None) if isinstance(item, serializers.CharField) else None
    attrs["placeholder"] = item.style.get("placeholder")
    attrs["rows"] = item.style.get("rows")
    attrs["most"] = getattr(item, "most", None)
    attrs["required"] = item.required and not isinstance(item, (serializers.BooleanField, *MANY))
    return attrs


def _fill(row, item, value, zone, currency, given):
    """Put value and options into the row."""
    if row.kind == "check":
        row.value = "on" if value not in (None, False) and str(value).lower() not in ("", "false", "0", "off") else ""
    elif row.kind == "photos":
        row.options = [Option(str(key), label, True) for key, label in given or ()]
    elif row.kind in ("select", "radios", "checks"):
        row.options = _options(item, value, row, given)
    elif is_lines(item) and isinstance(value, (list, tuple)):
        row.value = "\n".join(str(entry) for entry in value)
    else:
        row.value = _shown(item, value, zone, currency)
    if row.kind == "input" and given and item.style.get("suggest"):  # typed freely, the likely ones at hand
        row.options = [Option(str(key), str(label)) for key, label in given]
        row.attrs["list"] = f"{row.id}-list"


def _shown(item, value, zone, currency):
    """Write a value as its control wants it; what was typed stays as typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _local(value, zone) if isinstance(item, serializers.DateTimeField) else value
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}" if value.tzinfo else f"{value:%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if is_money(item) and isinstance(value, int):
        return money.plain(value, currency_of(item, currency))
    return str(value)


def _local(text, zone):
    """Write a date and time with an offset as the local one; leave anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment.tzinfo else text


def _options(item, value, row, given):
    """Return the choices of a field, the taken ones marked."""
    many = row.kind == "checks"
    taken = {_key(item, entry) for entry in (value if many and value else [] if many else [value])}
    if given is not None:
        pairs = [(str(key), label) for key, label in given]
    elif isinstance(item, serializers.BooleanField):
        pairs = [("true", _("Yes")), ("false", _("No"))]
        taken = {entry.lower() for entry in taken}
    elif _scale(item):
        pairs, row.across = _scale(item), True
    else:
        source = item.child if isinstance(item, serializers.ListField) else item
        pairs = [(str(option.value), option.display_text) for option in source.iter_options() if _is_choice(option)]
    options = [Option(key, str(label), key in taken) for key, label in pairs]
    if row.kind == "select" and not (row.required and any(option.selected for option in options)):
        options.insert(0, Option("", str(_("Choose") if row.required else _("Not said")), not taken - {""}))
    elif row.kind == "radios" and not row.required and item.default is empty:
        options.append(Option("", str(_("Not said")), not taken - {""}))  # a radio button can't be let go of
    return options


def _is_choice(option):
    """Tell a choice from the start or end of a group of choices."""
    return not (option.start_option_group or option.end_option_group)


def _key(item, value):
    """Return what the browser sends for a value: a model instance is said as its related field says it."""
    related = getattr(item, "child_relation", item)
    if hasattr(value, "pk") and isinstance(related, serializers.RelatedField):
        value = related.to_representation(value)
    return "" if value is None else str(value)


def _turns(text, zone, fold):
    """Return the two readings to choose from if the local time in the box comes twice."""
    try:
        values.parse_local(text, zone)
    except values.ComesTwice as unclear:
        return [Option(turn, label, turn == fold) for turn, label in unclear.options]
    except values.Unclear:
        pass
    return []


def texts(found):
    """Return every text in a serializer's error, however deep, each once."""
    if not found:
        return []
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, (list, tuple)):
        return list(dict.fromkeys(text for part in found for text in texts(part)))
    return [str(found)]
