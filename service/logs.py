"""The logs of every process: one line an event, as text or as JSON, with no address and no token in clear."""

import json
import logging
import re
from datetime import UTC, datetime
from hashlib import sha256
from math import isfinite

# A quoted local part or a plain one, and its @ also as a web address writes it. Too much hidden is no harm.
_ADDRESS = re.compile(
    r"""("(?:[^"\\\n]|\\.){1,255}"|[\w!#$%&*+?^{|}~-][^\s<>()\[\],;:"\\@]{0,255})(@|%40)(?=[\w\[])"""
)
_HIDDEN = re.compile(r"(?:[0-9a-f]{4}|reply-|leave-|bounce-)?…")
_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://)[^\s/@]{1,255}@", re.IGNORECASE)
# As `service.links` makes them; a longer one than ours is hidden as well.
_TOKEN = re.compile(r"[0-9]{1,18}(?:-[0-9]{1,18}){0,2}-[a-z2-7]{26,}", re.IGNORECASE)
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
CHATTY = ("mail.log", "alembic", "asyncio", "imapclient")  # at INFO they tell of every line, and of addresses


def clean(text: str) -> str:
    """Return text with every token as `…` and every address as a short stable hash and its domain.

    The same address always gives the same hash, so that the lines about one person can be found together.
    """
    return _ADDRESS.sub(_hashed, _TOKEN.sub("…", _PASSWORD.sub(r"\1…@", text)))


def _hashed(found: re.Match[str]) -> str:
    local = found[1].strip('"').lower()
    if _HIDDEN.fullmatch(local):
        return found[0]
    return f"{sha256(local.encode(errors='replace')).hexdigest()[:4]}…{found[2]}"


class TextLines(logging.Formatter):
    """`LEVEL name: message`; a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the message in one line."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text that is clean, its traceback too."""
        return clean(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and what the event carries besides."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON in which every text is clean."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if record.exc_info:
            told["exception"] = clean(self.formatException(record.exc_info))
        for name, value in vars(record).items():
            if name not in _STANDARD:
                told.setdefault(name, _plain(value))
        return json.dumps(told, ensure_ascii=False)


def _plain(value: object) -> object:
    exact = isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    return value if exact or value is None else clean(str(value))


def set_up(log_format: str) -> None:
    """Send the logs of this process to its standard error, as `text` or `json`.

    Where somebody has set up the root logger already, it stays as it is.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
