"""The door: takes a request in whole, whatever the sender's pace and size, then gives it to Django in a thread.

Under granian's WSGI a client that sends half a body holds a thread for as long as it likes; a few dozen of
them shut the house. Here waiting costs memory alone, and bodies have a size, a pace and an end.
"""

import asyncio
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings

from config import live
from config.wsgi import application

THREADS = int(os.environ.get("WEB_THREADS") or 4)
CHUNK_SECONDS = 15.0
BODY_SECONDS = 120.0
IN_MEMORY_BYTES = 1_000_000

# The loop that takes requests in must get its turn while threads compute: measured, a quarter more requests a
# second and half the longest wait than with Python's 5 ms.
sys.setswitchinterval(0.0005)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")


# As the API names them; the body never gets far enough for a language to be known.
CODES = {
    HTTPStatus.BAD_REQUEST: "unreadable",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.REQUEST_TIMEOUT: "too_slow",
}


class Refused(Exception):
    """The body is too large, too slow, or its length makes no sense."""

    def __init__(self, status: HTTPStatus, detail: str):
        super().__init__(detail)
        self.status = status
        self.detail = detail


async def app(scope, proto) -> None:
    """Answer one request: granian calls this (RSGI)."""
    if scope.proto != "http":
        proto.close(403)
        return
    if scope.path == live.PATH:
        await live.stream(scope, proto)
        return
    headers = [(name.lower(), value) for name, value in scope.headers.items()]
    try:
        body = await _body(headers, proto)
    except Refused as refusal:
        code = CODES[refusal.status]
        answer = {"type": f"urn:doorstep:problem:{code}", "title": refusal.status.phrase, "code": code}
        answer |= {"status": refusal.status.value, "detail": refusal.detail}
        content = json.dumps(answer).encode()
        # Closed, because what is left of the body would be taken for the next request.
        closing = [("content-type", "application/problem+json"), ("connection", "close")]
        proto.response_bytes(refusal.status.value, closing, content)
        return
    except (ConnectionError, RuntimeError, OSError):
        return  # The sender hung up: there is nobody to answer.
    with body:
        environ = _environ(scope, headers, body)
        loop = asyncio.get_running_loop()
        status, answered, content = await loop.run_in_executor(_threads, _call, environ)
        try:
            if isinstance(content, bytes):
                proto.response_bytes(status, answered, content)
            else:
                await _stream(loop, proto.response_stream(status, answered), content)
        except (ConnectionError, RuntimeError):
            return


async def _body(headers: list[tuple[str, str]], proto):
    """Return the whole body as a file at its start. Raises Refused."""
    found = dict(headers)
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if found.get("content-type", "").lower().startswith("multipart/form-data"):
        limit = settings.FILE_UPLOAD_MAX_BYTES
    length = found.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is not a number.")
    too_large = Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The largest body taken here has {limit} bytes.")
    if length is not None and int(length) > limit:
        raise too_large
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    if not int(length or 0) and "transfer-encoding" not in found:
        return body
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await _receive(proto, body, limit, too_large)
    except TimeoutError:
        body.close()
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "The rest of the request did not come in time.") from None
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _receive(proto, body, limit: int, too_large: Refused) -> None:
    size = 0
    chunks = aiter(proto)
    while True:
        try:
            chunk = await asyncio.wait_for(anext(chunks), CHUNK_SECONDS)
        except StopAsyncIteration:
            return
        size += len(chunk)
        if size > limit:
            raise too_large
        body.write(chunk)


def _environ(scope, headers: list[tuple[str, str]], body) -> dict:
    """Return the WSGI environment of a request whose body is all there."""
    host, _, port = scope.server.rpartition(":")
    body.seek(0, os.SEEK_END)
    size = body.tell()
    body.seek(0)
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "RAW_URI": quote(scope.path, safe="/%:@!$&'()*+,;=~"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(size) if size else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in headers:
        # A name with an underscore would pass itself off as the one with a hyphen.
        if name in {"content-length", "transfer-encoding"} or "_" in name:
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        if name != "host" and key in environ:
            value = f"{environ[key]}{'; ' if name == 'cookie' else ','}{value}"
        environ[key] = value
    return environ


def _call(environ: dict) -> tuple[int, list[tuple[str, str]], object]:
    """Run Django on the request; return status, headers, and the content as bytes or, when it streams, as itself."""
    started = {}

    def start_response(status, headers, exc_info=None):
        started["status"] = int(status.split(" ", 1)[0])
        started["headers"] = [(name.lower(), value.strip()) for name, value in headers]

    response = application(environ, start_response)
    streams = getattr(response, "streaming", False) or hasattr(response, "filelike")
    if not streams:
        content = b"".join(response)
        response.close()
        return started["status"], started["headers"], content
    return started["status"], started["headers"], response


async def _stream(loop, transport, response) -> None:
    """Send a streaming response piece by piece, made in a thread, at the pace of the one who reads."""
    pieces = iter(response)
    try:
        while (piece := await loop.run_in_executor(_threads, next, pieces, None)) is not None:
            if piece:
                await transport.send_bytes(bytes(piece))
    finally:
        await loop.run_in_executor(_threads, response.close)
