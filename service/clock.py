"""The only reader of the clock."""

import os
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Return this moment in UTC, moved by the setting CLOCK_OFFSET_HOURS (on a local service only)."""
    return datetime.now(UTC) + _offset


def _read_offset() -> timedelta:
    try:
        return timedelta(hours=float(os.environ.get("CLOCK_OFFSET_HOURS", "0")))
    except (ValueError, OverflowError):
        return timedelta(0)  # Settings.from_env() refuses it with a sentence


_offset = _read_offset()
