"""What is sent and how it is signed, as Standard Webhooks lay down: the receiver checks it with any of their libraries.

Nothing of the customer's is in it: who needs more asks the API, with a token, by the order's number.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime

from dispatch.models import Delivery, OrderEvent


def body_of(delivery: Delivery, event: OrderEvent) -> bytes:
    """Return the JSON of one event; the same bytes however often it is sent."""
    said = {
        "type": f"order.{event.action}",
        "timestamp": event.at.isoformat(),
        "data": {
            "order": event.order_id,
            "number": delivery.order.number,
            "outlet": delivery.order.outlet.code,
            "seq": event.seq,
            "action": event.action,
            "from": event.from_state,
            "to": event.to_state,
            "role": event.role,
            "reference": delivery.order.external_ref,
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(delivery: Delivery, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers: the id is the delivery's and stays, so that a receiver knows a repeat; the time is `now`."""
    number, stamp = f"msg_{delivery.webhook_id}_{delivery.order_id}_{delivery.seq}", str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Doorstep",
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature(delivery.webhook.secret, number, stamp, body)}",
    }


def signature(secret: str, number: str, stamp: str, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over id, time and body, in base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256)).decode()
