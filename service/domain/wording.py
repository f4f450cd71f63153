"""How people write a word in a mail: with politeness, punctuation, quotes and emphasis around it."""

import re
import unicodedata

# Politeness and marks that people and mail programs put around a word.
EDGES = " \t\"'“”‘’„*_`~()[]{}.,;:!…-–—"
_SEPARATORS = " \t~.,;:!…-–—"
_WRAPS = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "*": "*", "_": "_", "`": "`"}
_OPENING = " \"'“”‘’„«*_`~([{"
# What closes the emphasis around a word: `*step:* write two lines`.
_CLOSING = re.compile(r"^[.,:;!]*[\"'”’»*_`]+(?=\s|$|[.,:;!])")
_POLITE = re.compile(r"(?:^|\s)(?:please|thanks|thank you|thx|ta)$")
_SKIN_TONES = "\ufe0f🏻🏼🏽🏾🏿"


def after(text: str, word: str) -> str | None:
    """Return what follows `word` at the start of the text, or None where the text starts otherwise."""
    if text[: len(word)].casefold() != word:
        return None
    rest = text[len(word) :].lstrip(_SKIN_TONES)
    if word[-1].isalpha() and re.match(r"[^\W_]|['’_-]\w", rest):  # "done's", "done-ish", "done_it"
        return None
    minus = re.search(r"[-–−][0-9]", rest)
    if minus and not rest[: minus.start()].strip(_SEPARATORS):  # "pause -3 days" is not "pause 3 days"
        return rest[minus.start() :]
    return unwrapped(_CLOSING.sub("", rest).lstrip(_SEPARATORS)) if rest.strip(EDGES) else ""


def unwrapped(text: str) -> str:
    """Take off quotes, brackets and emphasis that go around the whole of a text."""
    while len(text) > 1 and (close := _WRAPS.get(text[0])):
        inner = text[1:].rstrip(".! ")
        if not inner.endswith(close) or close in inner[:-1].strip(close):
            break
        text = inner[:-1].strip()
    return text.strip()


def folded(text: str) -> str:
    """Return the text in lower case, without punctuation between words, politeness and marks around it."""
    plain = re.sub(r"[,.]", " ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(polite(plain).split())


def polite(text: str) -> str:
    """Return the text without politeness at its end and marks around it."""
    plain = text.lstrip(_OPENING).rstrip(EDGES)
    while found := _POLITE.search(plain):
        plain = plain[: found.start()].rstrip(EDGES)
    return plain
