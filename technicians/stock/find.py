"""Finding a part as people say it: by number without minding case and dashes, by its name in any language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Case, CharField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Upper

from customers.models import Appliance, ProductModel
from technicians.models import Part

SHOWN = 20


@dataclass
class NoSuchPart(Exception):
    """No part is called that."""

    text: str


@dataclass
class SeveralParts(Exception):
    """More than one part may be meant."""

    text: str
    parts: list[Part]


def bare(text: str) -> str:
    """Return a number as it is compared: letters and digits alone, in capitals ("dv 31-00.1a" is "DV31001A")."""
    return re.sub(r"[\W_]+", "", text).upper()


def search(text: str, fits: QuerySet[ProductModel] | None = None) -> QuerySet[Part]:
    """Return the parts that `text` may mean, the exact number first, then what fits the models `fits`, then by code."""
    words = text.replace("\x00", "").split()
    number = bare(text)
    rows = Part.objects.annotate(bare_code=_bare("code"))
    meant = Q(bare_code__contains=number) if number else Q(pk__in=[])
    named = Q(pk__isnull=False)
    for word in words:
        named &= Q(name_en__icontains=word) | Q(name_zh_hans__icontains=word) | Q(name_zh_hant__icontains=word)
    rows = rows.filter(meant | named) if words else rows
    exact = Case(When(bare_code=number, then=0), default=1, output_field=IntegerField())
    return _fitting_first(rows, fits).order_by(exact, "fit", "code")


def fitting(appliance: Appliance) -> QuerySet[ProductModel]:
    """Return the models that an appliance may be: by its number and, where known, its brand; none when unknown."""
    number = bare(appliance.model_no or "")
    if not number:
        return ProductModel.objects.none()
    rows = ProductModel.objects.annotate(bare_number=_bare("number")).filter(bare_number=number)
    return rows.filter(brand_id=appliance.brand_id) if appliance.brand_id else rows


def models_fitted(part: Part, limit: int = 5) -> list[str]:
    """Return the numbers of the models a part is made for; empty when it fits everything."""
    return list(part.fits.order_by("number").values_list("number", flat=True)[:limit])


def may_fit(part: Part, appliance: Appliance) -> bool:
    """Tell whether a part may be of use for an appliance; unknown models and parts for everything are believed."""
    models = fitting(appliance).values_list("pk", flat=True)
    return not models or not part.fits.exists() or part.fits.filter(pk__in=models).exists()


def the_part(text: str, fits: QuerySet[ProductModel] | None = None) -> Part:
    """Return the one part that is meant. Raises NoSuchPart or SeveralParts.

    A number that is right wins; then a name that is right, or a part of one; of several, the one that fits.
    """
    text = text.replace("\x00", "").split(" · ")[0].strip()  # as the list of suggestions writes it: number · name
    found = list(search(text, fits)[: SHOWN + 1]) if text else []
    exact = [part for part in found if bare(part.code) == bare(text)]
    if len(exact) == 1:
        return exact[0]
    names = [p for p in found if text.casefold() in (n.casefold() for n in (p.name_en, p.name_zh_hans, p.name_zh_hant))]
    for candidates in (names, [part for part in found if fits is not None and part.fit == 0], found):
        if len(candidates) == 1:
            return candidates[0]
    if not found:
        raise NoSuchPart(text)
    raise SeveralParts(text, names or found)


def _fitting_first(rows: QuerySet[Part], fits: QuerySet[ProductModel] | None) -> QuerySet[Part]:
    """Annotate `fit`: 0 made for one of the models, 1 for every model, 2 for others."""
    through = Part.fits.through.objects.filter(part_id=OuterRef("pk"))
    if fits is None:
        return rows.annotate(fit=Value(1, IntegerField()))
    mine = through.filter(productmodel_id__in=fits.values("pk"))
    return rows.annotate(
        fit=Case(When(Exists(mine), then=0), When(~Exists(through), then=1), default=2, output_field=IntegerField())
    )


def _bare(column: str) -> Func:
    """Return the column without anything but letters and digits, in capitals, as `bare` does it."""
    pattern, nothing, everywhere = Value(r"[\W_]+"), Value(""), Value("g")
    return Func(Upper(F(column)), pattern, nothing, everywhere, function="regexp_replace", output_field=CharField())
