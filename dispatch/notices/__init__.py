"""What people are told by message. The row is written with what it tells of; sending comes after, see `send`.

Others call `note` (the customer of an order), `send_code` (whoever asks to be let in) and `tell_staff`.
"""

from dispatch.notices.outbox import note, send_code, tell_staff

__all__ = ["note", "send_code", "tell_staff"]
