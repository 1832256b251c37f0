"""Sick or away, from a technician's row: what it would strike, said at once; written down; ended."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

from dispatch.actions import absences
from dispatch.actions.absences import AbsenceData, Asked
from dispatch.models import Visit, VisitStatus
from technicians.models import Technician
from web.console.board.doing import KEY
from web.shared import when
from web.shared.doing import fingerprint


def asked_by(request, *what) -> Asked:
    """Return who asks, now, with the key that makes it count once (H-N3)."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        return Asked(request.user, timezone.now())
    return Asked(request.user, timezone.now(), key, fingerprint(0, " ".join(map(str, what)), dict(request.data)))


def struck_row(visit: Visit, now) -> dict:
    """Return what is said of a visit that an absence strikes. Clock times are the active zone's."""
    order = visit.order
    return {
        "order": order.pk,
        "number": order.number,
        "customer": order.customer.name,
        "district": order.address.district,
        "clock": when.clock(visit.starts_at, now),
        "state": order.state,
        "state_label": str(order.get_state_display()),
        "promised": visit.status != VisitStatus.PROPOSED,
    }


class BoardAbsence(APIView):
    """/board/technicians/<pk>/absence/: GET says what it would strike and what speaks against it; POST records it.

    Data: starts_at, ends_at (ISO, with an offset), reason (a code of `AwayFor`, or words); `absence` with GET: the
    number of the one that is being changed. Refusals are problem details as the API words them.
    """

    authentication_classes = [SessionAuthentication]
    http_method_names = ["get", "post"]

    def get(self, request, pk: int) -> Response:
        """Answer {"struck": [...], "lacks": [...]}; both empty while the span does not read yet."""
        technician = Technician.objects.for_user(request.user).select_related("outlet").filter(pk=pk).first()
        if technician is None:
            raise Http404
        form = AbsenceData(data=request.query_params.dict() | {"reason": "-"})
        if not form.is_valid():
            return Response({"struck": [], "lacks": [], "errors": form.errors})
        now, span = timezone.now(), form.validated_data
        number = request.query_params.get("absence", "")
        but = technician.absences.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
        with timezone.override(technician.outlet.tz):
            rows = [struck_row(one, now) for one in absences.struck(technician, span["starts_at"], span["ends_at"])]
        lacks = [lack.as_dict() for lack in absences.in_the_way(technician, span, now, but)]
        return Response({"struck": rows, "lacks": lacks})

    def post(self, request, pk: int) -> Response:
        """Record it. Answers the absence with the orders it strikes."""
        return Response(absences.record_absence(asked_by(request, "absence", pk), pk, request.data).answer)


class BoardAbsenceDo(APIView):
    """POST /board/absences/<pk>/change/ with the data of an absence, or /board/absences/<pk>/end/ without any."""

    authentication_classes = [SessionAuthentication]
    http_method_names = ["post"]

    def post(self, request, pk: int, what: str) -> Response:
        """Change it, or note that they are back."""
        asked = asked_by(request, what, pk)
        if what == "change":
            return Response(absences.change_absence(asked, pk, request.data).answer)
        if what == "end":
            return Response(absences.end_absence(asked, pk).answer)
        raise Http404
