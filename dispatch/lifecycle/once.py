"""An update counts once, however often it is sent (H-N3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from dispatch.lifecycle.refusal import STORED, KeyReused, WrongState
from dispatch.models import Answer
from technicians.models import User

CLAIM = """
INSERT INTO dispatch_answer (actor_id, key, fingerprint, body) VALUES (%s, %s, %s, '{}')
ON CONFLICT (actor_id, key) DO NOTHING RETURNING id
"""


def once(actor: User, key: str, fingerprint: str, work: Callable[[], dict]) -> tuple[dict, bool]:
    """Do `work` unless this key was answered before; return (answer, whether it was a repeat).

    Must run inside a transaction: the key and the effect are written together. A second sender of the
    same key waits here until the first is through. Refusals for a wrong state are kept and said again,
    all others undo the key as well, so that the same act may be sent again once it can succeed.

    Raises KeyReused when the key belongs to another act, and whatever `work` refuses with.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [actor.pk, key, fingerprint])
        claimed = cursor.fetchone()
    if claimed is None:
        return _again(actor, key, fingerprint), True
    try:
        answer = work()
    except WrongState as refusal:
        refusal.keep = True  # tells the caller to commit: nothing but the key was written
        _store(claimed[0], refusal.status, _remembered(refusal))
        raise
    _store(claimed[0], 200, answer)
    return answer, False


def _again(actor: User, key: str, fingerprint: str) -> dict:
    """Say once more what was answered then."""
    before = Answer.objects.get(actor=actor, key=key)
    if before.fingerprint != fingerprint:
        raise KeyReused("H-N3")
    if before.status == WrongState.status:
        refusal = STORED[before.body["code"]](before.body["rule"], before.body["context"])
        refusal.replayed = True
        raise refusal
    return before.body


def _store(pk: int, status: int, body: Any) -> None:
    Answer.objects.filter(pk=pk).update(status=status, body=body)


def _remembered(refusal: WrongState) -> dict:
    return {
        "code": refusal.code,
        "rule": refusal.rule,
        "context": {name: str(value) for name, value in refusal.context.items()},
    }
