"""The content of a message as it comes in after DATA, in bounded memory."""

from asyncio import StreamReader
from collections.abc import Callable

# Nothing else ends a message: a bare LF or CR must never begin a second one (RFC 5321, 4.1.1.4).
END = b"\r\n.\r\n"
TOO_LARGE = "552 5.3.4 Too large"
TOO_MUCH = "452 4.3.1 Too much is coming in, please come back later"
READ = 1 << 24  # bytes; more than the reader ever has


class Content:
    """Gathers one message's bytes. `refusal` is why it is not taken, or empty."""

    def __init__(self, most: int, hold: Callable[[int], bool], release: Callable[[int], None]) -> None:
        self.most, self.hold, self.release = most, hold, release
        self.refusal = ""
        self._kept = bytearray(END[:2])  # the message's first line may be its end
        self._held = 0

    async def read(self, reader: StreamReader) -> bytes:
        """Return the message without its dots' doubles, and leave in the reader what came after it.

        One that is refused is read to its end and empty. Raises ConnectionResetError where it has no end.
        """
        while True:
            looked = max(0, len(self._kept) - len(END) + 1)
            chunk = await reader.read(READ)
            if not chunk:
                raise ConnectionResetError
            self._add(chunk)
            end = self._kept.find(END, looked)
            if end >= 0:
                rest = bytes(self._kept[end + len(END) :])
                if rest and not reader.at_eof():
                    reader.feed_data(rest)  # the reader is empty: all of it was read
                return self._whole(end)
            if len(self._kept) > 2 * self.most:  # all of its dots may be doubled
                self._refuse(TOO_LARGE)
            if self.refusal:
                del self._kept[: -len(END)]

    def forget(self) -> None:
        """Give the memory back."""
        self._kept = bytearray()
        self.release(self._held)
        self._held = 0

    def _add(self, chunk: bytes) -> None:
        self._kept += chunk
        if self.refusal:
            return
        if self.hold(len(chunk)):
            self._held += len(chunk)
        else:
            self._refuse(TOO_MUCH)

    def _refuse(self, words: str) -> None:
        self.refusal = self.refusal or words
        self.release(self._held)
        self._held = 0

    def _whole(self, end: int) -> bytes:
        del self._kept[end + 2 :]
        whole = self._kept.replace(b"\r\n.", b"\r\n")[2:]
        if len(whole) > self.most:
            self._refuse(TOO_LARGE)
        return b"" if self.refusal else bytes(whole)
