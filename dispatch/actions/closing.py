"""What closes an order after its last call: the invoice sent, the rest paid, the loaner back, the claim decided."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.lifecycle import Act
from dispatch.models import State

FIELD_OF = {
    "claim": "claim_filed_at",
    "invoice": "invoice_due_at",
    "money": "money_due_at",
    "loaner": "loaner_due_at",
}


def settles(what: str, when: Callable[[Act], bool] = lambda act: True) -> Callable[[Act], None]:
    """Return a `prepare` for verbs that settle `what` is owed ("claim", "invoice", "money", "loaner"; H-N1).

    The order closes with it when the customer was heard, nothing else is owed and no call is open. `when` tells
    whether this very act settles it: a part payment does not.
    """

    def prepare(act: Act) -> None:
        order = act.order
        settled = when(act)
        if settled:
            setattr(order, FIELD_OF[what], None)
        heard = order.state == State.FOLLOW_UP and order.satisfied is True
        act.moves_with["last"] = settled and heard and not order.owes() and not order.callbacks.open().exists()

    return prepare
