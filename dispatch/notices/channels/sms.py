"""Text messages by a provider's HTTP interface: one POST of JSON a message (NOTICE_SMS_*)."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from dispatch.notices.channels.message import ChannelError, Message

# What the provider will never take: this number, these words. All else may pass, or is ours to mend (a wrong token, an
# account without money, a wrong address): what waited is sent once it is, and who cannot wait so long is called.
FINAL = {400, 413, 422}
OURS = {401, 402, 403, 404, 405, 407, 410}
MOST = 100_000  # bytes of an answer that are looked at
_mine = threading.local()
log = logging.getLogger(__name__)


def send(message: Message) -> str:
    """Send one text message; return the provider's number for it.

    The key goes along (in the body, and as Idempotency-Key): a provider that knows it sends a repeat only once.
    """
    how = settings.NOTICE_SMS
    said = {"to": message.to, "text": message.body, "key": message.key}
    headers = {"Idempotency-Key": message.key}
    if how["token"]:
        headers[how["header"]] = how["token"]
    try:
        answer = _session().post(
            how["url"], json=_filled(how["body"], said), headers=headers, timeout=how["timeout"],
            allow_redirects=False, stream=True,
        )  # fmt: skip
        body = answer.raw.read(MOST, decode_content=True)
        if answer.raw.read(1):  # else it is read to its end, and the connection serves the next one
            answer.close()
        return _read(answer, body, how["ref"])
    except (requests.RequestException, HTTPError) as error:
        raise ChannelError(f"text message: {type(error).__name__}") from error


def _session() -> requests.Session:
    """Return the connection that this thread keeps to the provider."""
    if not hasattr(_mine, "session"):
        _mine.session = requests.Session()
    return _mine.session


def _read(answer: requests.Response, body: bytes, ref: str) -> str:
    if answer.status_code >= 300:
        if answer.status_code in OURS:
            log.error("text messages refused (%s): see SMS_URL, SMS_TOKEN and the account", answer.status_code)
        final = answer.status_code in FINAL
        raise ChannelError(f"text message: {answer.status_code}", final=final, again_after=_wait(answer))
    try:
        found: Any = json.loads(body or b"null")
        for name in ref.split("."):
            found = found[int(name)] if isinstance(found, list) else found[name]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""  # taken, and not said by what number
    return str(found)[:120]


def _wait(answer: requests.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else None


def _filled(body: Any, said: dict[str, str]) -> Any:
    """Return the body of the settings with {to}, {text}, {key} filled in, at any depth."""
    if isinstance(body, dict):
        return {name: _filled(value, said) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, said) for value in body]
    if isinstance(body, str):
        for name, value in said.items():
            if body == f"{{{name}}}":
                return value
    return body
