"""The day's books: read, counted, agreed to (H-R3, H-R4)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from dispatch.actions import settling
from dispatch.actions.settling import Counted
from dispatch.actions.settling.counting import SETTLERS
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.envelope import open_envelope
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import pick, who
from dispatch.api.schema import KEY_HEADER, REPLAYED
from dispatch.lifecycle import BadData
from dispatch.lifecycle.act import in_one_piece
from dispatch.lifecycle.once import once
from dispatch.models import DayBook, LineKind
from technicians.models import Role

LARGEST = 10**12


class BookParams(PageParams):
    """Which books. Without any: all you may see, the newest first."""

    day = s.DateField(required=False)
    outlet = s.SlugField(required=False, max_length=40)
    technician = s.IntegerField(required=False, min_value=1, max_value=2**31)
    open = s.BooleanField(required=False, allow_null=True, default=None)


class LineShape(s.Serializer):
    """One thing expected and counted: minor units where there is a currency, else pieces. `counted` null: not yet."""

    id = s.IntegerField()
    kind = shapes.choice(LineKind)
    order = shapes.maybe(s.IntegerField)
    currency = s.CharField(allow_blank=True)
    about = s.CharField(allow_blank=True)
    expected = s.IntegerField()
    counted = shapes.maybe(s.IntegerField)
    difference = shapes.maybe(s.IntegerField)
    owner = shapes.maybe(shapes.WhoShape)
    reason = s.CharField(allow_blank=True)
    remedy = s.CharField(allow_blank=True)


class BookShape(s.Serializer):
    """One technician's local day at an outlet. Closed when both agreed to the same `version`."""

    id = s.IntegerField()
    outlet = s.CharField()
    technician = shapes.WhoShape()
    day = s.DateField()
    cutoff_at = s.DateTimeField()
    made_at = s.DateTimeField()
    version = s.IntegerField()
    clerk = shapes.maybe(shapes.WhoShape)
    clerk_at = shapes.maybe()
    confirmed_by = shapes.maybe(shapes.WhoShape)
    confirmed_at = shapes.maybe()
    closed_at = shapes.maybe()
    lines = LineShape(many=True)


class LineData(s.Serializer):
    """What was counted on one line; null takes a count back. A difference needs an owner and a reason or remedy."""

    line = s.IntegerField(min_value=1, max_value=2**62)
    counted = s.IntegerField(allow_null=True, min_value=0, max_value=LARGEST)
    owner = s.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31)
    reason = s.CharField(required=False, allow_blank=True, default="", max_length=240)
    remedy = s.CharField(required=False, allow_blank=True, default="", max_length=240)


class CountData(s.Serializer):
    """Lines that were counted; the others stay as they are."""

    lines = LineData(many=True, max_length=500)


class AgreeData(s.Serializer):
    """Which figures are agreed to."""

    version = s.IntegerField(min_value=1, max_value=2**31, help_text="Of the book as it was read")


class SettledShape(s.Serializer):
    """What came of it."""

    book = s.IntegerField()
    version = s.IntegerField()
    closed = s.BooleanField()


def books_for(user):
    """Return the books a person may see, with the rows that `whole_book` reads. Raises PermissionDenied."""
    if user.role not in (*SETTLERS, Role.TECHNICIAN):
        raise PermissionDenied
    rows = DayBook.objects.for_user(user).select_related("outlet", "technician", "clerk", "confirmed_by")
    return rows.prefetch_related("lines__owner")


def whole_book(book: DayBook) -> dict:
    """Return one book with its lines."""
    times = pick(book, ("day", "cutoff_at", "made_at", "version", "clerk_at", "confirmed_at", "closed_at"))
    lines = [
        pick(line, ("id", "kind", "currency", "about", "expected", "counted", "difference", "reason", "remedy"))
        | {"order": line.order_id, "owner": who(line.owner)}
        for line in book.lines.all()
    ]
    people = {"clerk": who(book.clerk), "confirmed_by": who(book.confirmed_by), "outlet": book.outlet.code}
    technician = {"id": book.technician_id, "name": book.technician.name}
    return {"id": book.pk, "technician": technician, "lines": lines} | people | times


class Books(ListView):
    """All books that are mine to see."""

    @extend_schema(
        operation_id="books_list", parameters=[BookParams], responses=BookShape(many=True), tags=["settlement"]
    )
    def get(self, request):
        """List the day's books, the newest first."""
        params = self.params(BookParams)
        names = {"day": "day", "outlet": "outlet__code", "technician": "technician"}
        rows = books_for(request.user).filter(
            **{field: params[name] for name, field in names.items() if name in params}
        )
        if params["open"] is not None:
            rows = rows.filter(closed_at__isnull=params["open"])
        page, cursor = read_page(rows, ("-id",), params)
        return Response({"results": [whole_book(row) for row in page], "next_cursor": cursor})


class OneBook(ApiView):
    """One book."""

    @extend_schema(operation_id="books_read", responses=BookShape, tags=["settlement"])
    def get(self, request, pk: int):
        """Return one book with its lines."""
        return Response(whole_book(self.one(books_for(request.user), pk)))


class SettleView(ApiView):
    """Something done to a book, once for each key."""

    http_method_names = ["post"]

    def settle(self, request, pk: int, work) -> Response:
        """Do `work(sent)` → DayBook once; say how the book stands."""
        sent = open_envelope(request)

        def done() -> dict:
            book = work(sent)
            return {"book": pk, "version": book.version, "closed": book.closed_at is not None}

        key, print_ = sent.key, sent.fingerprint
        outcome = in_one_piece(lambda: once(request.user, key, print_, done) if key else (done(), False))
        return Response(outcome.answer, headers=REPLAYED[outcome.replayed])


class CountBook(SettleView):
    """What the clerk counted."""

    @extend_schema(
        operation_id="books_count", parameters=[KEY_HEADER], request=CountData, responses=SettledShape,
        tags=["settlement"],
    )  # fmt: skip
    def post(self, request, pk: int):
        """Count lines of an open book; what was agreed to before is taken back. For: clerk, manager, admin."""

        def work(sent):
            form = CountData(data=sent.data)
            if not form.is_valid():
                raise BadData("H-R4", {"errors": form.errors})
            rows = form.validated_data["lines"]
            typed = {row["line"]: Counted(row["counted"], row["owner"], row["reason"], row["remedy"]) for row in rows}
            return settling.count(pk, request.user, self.now, typed, sent.version)

        return self.settle(request, pk, work)


class AgreeBook(SettleView):
    """The outlet's word, or the technician's own."""

    @extend_schema(
        operation_id="books_agree", parameters=[KEY_HEADER], request=AgreeData, responses=SettledShape,
        tags=["settlement"],
    )  # fmt: skip
    def post(self, request, pk: int):
        """Agree to a book as it stood at `version`: the technician to their own, else for the outlet."""

        def work(sent):
            by = request.user
            if sent.version is None:
                raise BadData("H-R4", {"errors": {"version": [_("Say which version you read.")]}})
            agree = settling.confirm if by.role == Role.TECHNICIAN else settling.agree
            return agree(pk, by, self.now, sent.version)

        return self.settle(request, pk, work)
