"""What was asked and answered before: found by its words, the same model and fault first (H-A5, H-F8).

Chinese is not written in words, so its characters are looked up two by two; no extension of PostgreSQL is needed.
"""

from __future__ import annotations

import re

from django.db.models import BooleanField, Case, F, FloatField, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from customers.models import Category
from customers.reading import remembered
from dispatch.models import Fault, HelpRequest, ServiceOrder
from technicians.models import User

FOUND = 5
WORD = re.compile(r"[0-9a-zà-öø-ÿ]+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
MOST_TOKENS = 400


def tokens(*texts: str) -> list[str]:
    """Return what texts are found by, each once: words in small letters, and each two neighbours of Chinese."""
    found: dict[str, None] = {}
    for run in WORD.findall(" ".join(texts).lower()):
        if run[0] < "\u3040":
            found[run] = None
        else:
            found |= dict.fromkeys([run] if len(run) == 1 else (run[n : n + 2] for n in range(len(run) - 1)))
    return list(found)[:MOST_TOKENS]


class Words(Func):
    """A text search vector of ready tokens: PostgreSQL's own parser would take a Chinese sentence for one word."""

    function = "array_to_tsvector"
    template = "%(function)s(%(expressions)s::text[])"


class AnyOf(Func):
    """A text search query of ready tokens, one of them is enough."""

    template = "%(expressions)s::tsquery"


def index(asked: HelpRequest) -> None:
    """Make a request findable by its question, its answer, model and fault."""
    fault = asked.fault
    of_fault = (fault.name_en, fault.name_zh_hans, fault.name_zh_hant, fault.code) if fault else ()
    said = tokens(asked.question, asked.answer, asked.model_no, *of_fault)
    HelpRequest.objects.filter(pk=asked.pk).update(found=_vector(said))


def _vector(said: list[str]) -> Words:
    array = "{" + ",".join(f'"{word}"' for word in said) + "}"  # letters and digits only, see WORD
    return Words(Value(array, output_field=TextField()))


def find_answers(
    user: User,
    text: str = "",
    category: Category | None = None,
    fault: Fault | None = None,
    model_no: str = "",
    most: int = FOUND,
) -> list[HelpRequest]:
    """Return answered questions of the user's outlet, the best first.

    The same model and fault come before the same model, the same fault, the same category, and then the words.
    Without anything to go by: []. One query.
    """
    rows = HelpRequest.objects.for_user(user).filter(answered_at__isnull=False)
    said = tokens(text)
    fits = Q(pk=None)
    if model_no:
        fits |= Q(model_no__iexact=model_no)
    if fault:
        fits |= Q(fault=fault)
    score = _score(model_no, fault, category)
    if said:
        query = AnyOf(Value(" | ".join(f"'{word}'" for word in said)))
        rank = Func(F("found"), query, function="ts_rank", output_field=FloatField())
        matches = Func(F("found"), query, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())
        rows = rows.annotate(rank=Coalesce(rank, 0.0), matches=Coalesce(matches, False))
        fits |= Q(matches=True)
    else:
        rows = rows.annotate(rank=Value(0.0, output_field=FloatField()))
    found = rows.filter(fits).annotate(score=score).order_by("-score", "-rank", "-answered_at")
    return list(found.select_related("answered_by", "asked_by", "fault", "category")[:most])


def _score(model_no: str, fault: Fault | None, category: Category | None):
    """Return 4 for the model, 2 for the fault, 1 for the category, added up."""
    parts = [
        (4, Q(model_no__iexact=model_no) if model_no else Q(pk=None)),
        (2, Q(fault=fault) if fault else Q(pk=None)),
        (1, Q(category=category) if category else Q(pk=None)),
    ]
    cases = [Case(When(fits, then=Value(points)), default=Value(0)) for points, fits in parts]
    return cases[0] + cases[1] + cases[2]


def answered_like(order: ServiceOrder, user: User, most: int = FOUND) -> list[HelpRequest]:
    """Return what was answered about an order's trouble before (H-A5)."""
    return _like(order, user)[:most] if most <= FOUND else _like(order, user, most)


@remembered(lambda order, user, most=FOUND: (order.pk, user.pk, most))
def _like(order: ServiceOrder, user: User, most: int = FOUND) -> list[HelpRequest]:
    appliance = order.appliance
    return find_answers(user, order.symptom, appliance.category, order.fault, appliance.model_no, most)


def open_for(user: User) -> QuerySet[HelpRequest]:
    """Return the open requests that `user` may answer, the most urgent first: see `actions.help.may_answer`."""
    rows = HelpRequest.objects.for_user(user).open().filter(order__finished_at__isnull=True)
    if user.role == "technician":
        rows = rows.filter(Q(to=user) | Q(asked_by=user))
    rows = rows.select_related("order__appliance__category", "order__appliance__brand", "asked_by", "to", "fault")
    return rows.order_by("due_at")
