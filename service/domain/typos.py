"""Misspelled commands that can mean nothing else: `pasue`, `smaler`, `hlep`.

Forgiven are two letters swapped, one doubled, one dropped, or one from a key next to it (QWERTY), in English
words of four letters and more, never in their first letter. Whatever is a word itself, in English or another
language that people write to us in, is out, and so is what another command is as near to.
"""

from collections.abc import Iterable, Iterator, Mapping

from service.domain.command import Verb
from service.domain.words_real import REAL_WORDS

SHORTEST = 4  # letters
# Ticking a day is forgiven in these alone, and in what ends all mail nothing is.
_DONE = ("doen", "dnoe", "donee", "doone")
_EXACT = (Verb.DONE, Verb.STOP)
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspellings(words: Mapping[str, Verb], others: Mapping[str, Verb]) -> dict[str, str]:
    """Return each misspelling that is forgiven with the word that it stands for.

    `words` are those that are written so, and `others` those of other languages, which are not to be hit.
    """
    known = {**others, **words}
    found = {
        typo: word
        for word, verb in words.items()
        if verb not in _EXACT and len(word) >= SHORTEST and word.isascii() and word.isalpha()
        for typo in _typos(word)
        if len(typo) >= SHORTEST and typo not in REAL_WORDS and typo not in known
    }
    near = _neighbours(known)
    alone = {typo: word for typo, word in found.items() if _reach(typo, near, known) == {known[word]}}
    return alone | dict.fromkeys(_DONE, "done")


def _typos(word: str) -> Iterator[str]:
    """Yield what a slip of one finger makes of a word, its first letter excepted."""
    for at in range(1, len(word)):
        before, letter, behind = word[:at], word[at], word[at + 1 :]
        yield before + behind[:1] + letter + behind[1:]
        yield before + letter + letter + behind
        yield before + behind
        yield from (before + key + behind for key in _beside(letter))
    yield word[0] + word


def _beside(letter: str) -> Iterator[str]:
    """Yield the letters on the keys around one; each row of keys stands half a key to the right."""
    row = next(at for at, keys in enumerate(_KEYS) if letter in keys)
    column = _KEYS[row].index(letter)
    around = ((row, -1), (row, 1), (row - 1, 0), (row - 1, 1), (row + 1, -1), (row + 1, 0))
    for other, ahead in around:
        if 0 <= other < len(_KEYS) and 0 <= column + ahead < len(_KEYS[other]):
            yield _KEYS[other][column + ahead]


def _cuts(word: str) -> Iterator[str]:
    """Yield a word, and what is left of it where a letter is taken out."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _neighbours(words: Iterable[str]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for word in words:
        for cut in _cuts(word):
            near.setdefault(cut, set()).add(word)
    return near


def _reach(typo: str, near: Mapping[str, set[str]], known: Mapping[str, Verb]) -> set[Verb]:
    """Return what the words within a letter of a misspelling mean."""
    words = {word for cut in _cuts(typo) for word in near.get(cut, ())}
    return {known[word] for word in words if _one_apart(typo, word)}


def _one_apart(one: str, other: str) -> bool:
    """Tell whether one letter changed, added, dropped or swapped with the next makes a word of another."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    left, right = one[same:], other[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
