"""What people type, made safe to keep: one line, no control characters, no hidden direction marks."""

import re
import unicodedata

# Bidirectional controls (UAX #9) and other invisible format characters can make text lie about itself;
# zero-width joiners stay, because emoji and several scripts need them.
_JOINERS = "\u200d\u200c"
_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """Return the text in NFC as one line: newlines become spaces, control and direction marks go."""
    spaced = _SPACES.sub(" ", text)
    kept = (c for c in spaced if c in _JOINERS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    return unicodedata.normalize("NFC", _SPACES.sub(" ", "".join(kept))).strip(" " + _JOINERS)


def shortened(text: str, limit: int) -> str:
    """Return the text cut to `limit` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
