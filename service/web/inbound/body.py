"""Read a request's body within bounds of size and time, before anybody looks at what is in it."""

from threading import BoundedSemaphore, Thread
from typing import IO

from flask import request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from service.web.inbound.shared import Refused

SECONDS = 20.0  # that a body may take to arrive
_PIECE = 64 * 1024
_TOO_LARGE = "The body is larger than what is taken here."
# The web server's own read waits as long as the other side keeps the connection. So many of these may be
# left waiting; a further request is told to come back.
_PLACES = BoundedSemaphore(32)


def read_body(largest: int) -> bytes:
    """Return the body of the current request; raises Refused where it is too large, too slow or compressed.

    A compressed body is not taken at all: what it would become has no bound.
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused(415, "Send the body as it is: no Content-Encoding is taken here.")
    request.max_content_length = largest
    try:
        stream = request.stream
    except RequestEntityTooLarge:
        raise Refused(413, _TOO_LARGE) from None
    body = _collected(stream)
    if request.content_length not in (None, len(body)):
        raise Refused(400, "The body ended too early.")
    return body


def _collected(stream: IO[bytes]) -> bytes:
    if not _PLACES.acquire(blocking=False):
        raise Refused(503, "Too many requests are arriving slowly: please try again later.")
    reader = _Reader(stream)
    reader.start()
    reader.join(SECONDS)
    if reader.is_alive():
        reader.stop()
        raise Refused(408, f"The body took longer than {SECONDS:.0f} seconds.")
    if isinstance(reader.failure, RequestEntityTooLarge):
        raise Refused(413, _TOO_LARGE)
    if reader.failure is not None:
        raise Refused(400, "The body ended too early.")
    return b"".join(reader.pieces)


class _Reader(Thread):
    """Reads a body, so that somebody else can stop waiting for it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True, name="inbound body")
        self.stream, self.stopped = stream, False
        self.pieces: list[bytes] = []
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stopped and (piece := self.stream.read(_PIECE)):
                self.pieces.append(piece)
        except (HTTPException, OSError, ValueError) as error:
            self.failure = error
        finally:
            _PLACES.release()

    def stop(self) -> None:
        """Give the memory back; the thread itself ends with the connection."""
        self.stopped = True
        self.pieces.clear()
