"""Find the command's word at the beginning of a line: in English, in other languages, or misspelled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from service.domain.command import Row, Verb
from service.domain.typos import misspellings
from service.domain.wording import EDGES, POLITE_ENDING, VARIANTS, after, asked, behind, plain, wide
from service.domain.words_abroad import ABROAD

_WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
MARKS = EDGES + VARIANTS + "¡"  # what may stand before a command
_COLON = re.compile("[*_ ]*[:：]")
_NONE: tuple[Row | None, str] = (None, "")
_MOST_WORDS = 5  # `ich habe es geschafft` has four


@dataclass(frozen=True, slots=True)
class Beginning:
    """A command's word at the beginning of a line.

    `raw` is what follows it as it stands, and `rest` the same without what separates and surrounds it.
    `abroad` is its language, "" for English, and `typo` of a word that is not quite the command's.
    """

    row: Row
    word: str
    raw: str
    rest: str
    abroad: str = ""
    typo: bool = False


class Lexicon:
    """The words of a table of commands, found by how a line begins."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Take the rows with their English words; other languages mean the first row of a verb."""
        self.words = {word: row for row in rows for word in row.words}
        of_verb = {row.verb: row for row in reversed(rows)}
        self.abroad: dict[str, tuple[Row, str]] = {
            plain(word): (of_verb[verb], language)
            for verb, languages in ABROAD.items()
            for language, words in reversed(languages.items())
            for word in words
        }
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(self.words, key=len, reverse=True):
            self._by_letter.setdefault(word[0], []).append(word)
        verbs = {word: row.verb for word, row in self.words.items()}
        self.typos = misspellings(verbs, {word: row.verb for word, (row, _) in self.abroad.items()})
        done = {word for word, (row, _) in self.abroad.items() if row.verb is Verb.DONE and " " not in word}
        self.done_words = frozenset(done | {"done"})
        self._longest = max(map(len, (*self.words, *self.abroad))) + 8

    def find(self, text: str) -> Beginning | None:
        """Return the longest command word that begins the text, or None; a politeness may stand first."""
        found = self._first(text)
        if found is None and (wish := asked(text)):
            found = self._first(wish.lstrip(MARKS))
            # `please, done` is a wish that nobody can grant.
            return None if found is not None and found.row.verb is Verb.DONE else found
        return found

    def _first(self, text: str) -> Beginning | None:
        for word in self._by_letter.get(text[:1].casefold(), ()):
            rest = after(text, word)
            if rest is not None:
                return Beginning(self.words[word], word, text[len(word) :], rest)
        ends = [found.end() for found in islice(_WORD.finditer(text, 0, self._longest), _MOST_WORDS)]
        for end in reversed(ends):
            if (found := self._ending(text, end)) is not None:
                return found
        return self._misspelled(text, ends[0]) if ends else None

    def _ending(self, text: str, end: int) -> Beginning | None:
        """Return the word that goes over the whole beginning of the text up to `end`, or None."""
        written = wide(text[:end])
        row, language = self.words.get(written), ""
        if row is None:
            written = plain(written)
            row, language = self.abroad.get(written) or self._asked(written)
        rest = behind(text, end) if row is not None else None
        if row is None or rest is None:
            return None
        if language and row.verb is Verb.STEP and not _COLON.match(text, end):
            return None
        return Beginning(row, written, text[end:], rest, language)

    def _asked(self, written: str) -> tuple[Row | None, str]:
        """Return what is asked for with a politeness that is not set apart: `スキップお願いします`."""
        bare = POLITE_ENDING.sub("", written)
        row, language = self.abroad.get(bare, _NONE) if bare != written else _NONE
        return (
            _NONE if row is None or row.verb is Verb.DONE else (row, language)
        )  # `完了お願いします` is a wish

    def _misspelled(self, text: str, end: int) -> Beginning | None:
        word = self.typos.get(text[:end].casefold())
        rest = behind(text, end) if word is not None else None
        if word is None or rest is None:
            return None
        return Beginning(self.words[word], word, text[end:], rest, typo=True)
