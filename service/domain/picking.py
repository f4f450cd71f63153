"""Which section of a mail with several steps a line is about: `done 2`, `2: smaller`."""

import re

from service.domain.command import Verb
from service.domain.lexicon import MARKS, Lexicon
from service.domain.step import plain_size
from service.domain.text import one_line
from service.domain.wording import polite

# Japanese puts no space between a word and a number.
_FIRST = re.compile(r"([1-9１-９])[.):．）：]?(?:\s+|(?=[\u3040-\u9fff]))(\S.*)")
_LAST = re.compile(r"(\S.{0,40}?)(?:\s+|(?<=[\u3040-\u9fff]))([1-9１-９])[.!。！]?")
# A number belongs to these themselves: `time 7`.
_NUMBERED = (Verb.TIME, Verb.DAYS, Verb.ZONE, Verb.STEP, Verb.NEW)


def numbered(lexicon: Lexicon, line: str, sections: int) -> tuple[int | None, str]:
    """Return the number (1 to `sections`) that a line names, None without one, and the rest of the line."""
    text = one_line(line)
    last, first = _LAST.fullmatch(text), _FIRST.fullmatch(text)
    if last and int(last[2]) <= sections and _is_word(lexicon, last[1]):
        return int(last[2]), last[1]
    if first and int(first[1]) <= sections and _asks(lexicon, first[2]):
        return int(first[1]), first[2]
    return None, line


def _is_word(lexicon: Lexicon, text: str) -> bool:
    """Tell whether a text is nothing but the word of a command that a number may follow."""
    found = lexicon.find(text.lstrip(MARKS))
    return found is not None and not found.rest and found.row.verb not in _NUMBERED


def _asks(lexicon: Lexicon, text: str) -> bool:
    """Tell whether a text begins with a command's word, or is nothing but an amount."""
    return lexicon.find(text.lstrip(MARKS)) is not None or plain_size(polite(text.casefold())) is not None
