"""The counted noun: the word behind a numeral that says what is counted."""

from dataclasses import replace
from decimal import Decimal

from service.domain.amount import SMALL_WORDS
from service.domain.step_tokens import Noun, Words
from service.domain.step_units import HOW_OFTEN
from service.domain.step_words import (
    ADJECTIVE_ENDINGS,
    ADJECTIVES,
    NEVER_LAST,
    NO_ADVERB,
    STOP,
)
from service.domain.units import Form, form_of, looks_plural, singular

Item = tuple[int, int]  # a word, or several joined ones (`follow-up`): its first and last token
LONGEST_PHRASE = 4  # words


def counted_noun(words: Words, last: int, number: Decimal) -> Noun | None:
    """Find the noun behind the numeral that ends at a token."""
    glued = not words.gap(last)
    if words.low(last + 1) == "x" and glued and not words.figures(last + 2):
        return _noun(words, (last + 1, last + 1), "time")
    items = _paired(words, _items(words, last, many=number > 1))
    if not items:
        return None
    if words.dash(last + 1) and glued:
        return _attribute(words, items[0])
    noun = _plural_noun(words, items) if number > 1 else _single_noun(words, items)
    article = words.low(last - 1) in ("a", "an") and words.gap(last - 1) == " "
    counted = words.figures(last) or words.low(last) in SMALL_WORDS
    if noun is not None and article and counted and noun.near:
        return replace(noun, attributive=True)
    return noun


def _items(words: Words, last: int, many: bool) -> list[Item]:
    """Return the words behind a numeral, joined ones as one."""
    items: list[Item] = []
    at = last + 1
    if words.dash(at) and not words.gap(last) and not words.gap(at):
        at += 1
    while words.word(at) and words.low(at) not in SMALL_WORDS and len(items) < LONGEST_PHRASE:
        if items and (words.gap(at - 1) != " " or _goes_on(words, at, many)):
            break
        if _stops(words, at, first=not items):
            break
        first = at
        while words.dash(at + 1) and not words.gap(at) and not words.gap(at + 1) and words.word(at + 2):
            at += 2
        items.append((first, at))
        at += 1
    while items and words.low(items[-1][1]) in NEVER_LAST:
        items.pop()
    return items


def _goes_on(words: Words, at: int, many: bool) -> bool:
    """Tell the evenings of `1 page evenings` and `5 zorps evenings`, but not of `two movie evenings`."""
    form = form_of(words.low(at))
    if form is None or not form.plural or form.unit.name not in HOW_OFTEN:
        return False
    return not many or looks_plural(words.low(at - 1))


def _stops(words: Words, at: int, first: bool) -> bool:
    """Tell whether a word ends the phrase: not `less` in `one less beer`, nor `up` in `1 pull up`."""
    low = words.low(at)
    if low in ADJECTIVES or form_of(low) is not None:
        return False
    if first and low in ("less", "fewer"):
        return False
    if low in STOP:
        return first or form_of(f"{words.low(at - 1)} {low}") is None
    return low.endswith("ly") and low not in NO_ADVERB


def _paired(words: Words, items: list[Item]) -> list[Item]:
    """Join `push` and `ups`."""
    for at in range(len(items) - 1):
        both = (items[at][0], items[at + 1][1])
        if form_of(words.span(*both)):
            return [*items[:at], both, *items[at + 2 :]]
    return items


def _attribute(words: Words, item: Item) -> Noun | None:
    """Read the unit in `a 5-minute walk`."""
    for place in (item, (item[0], item[0])):
        form = form_of(words.span(*place))
        if form is not None and not form.plural:
            return replace(_noun(words, place, form.unit.name), attributive=True)
    return None


def _plural_noun(words: Words, items: list[Item]) -> Noun | None:
    """Find the noun behind a number above one: the first plural, else a unit in the singular."""
    forms = [form_of(words.span(*item)) for item in items]
    if forms[0] is not None and forms[0].plural is not True and forms[0].unit.dimension == "time":
        return replace(_noun(words, items[0], forms[0].unit.name), attributive=len(items) > 1)
    for place, form in enumerate(forms):
        if form is not None and form.plural is not False:
            return _noun(words, items[place], form.unit.name, near=place == 0)
    for place, item in enumerate(items):
        word = words.span(*item)
        if forms[place] is None and looks_plural(word) and (name := singular(word)) != word.lower():
            return _noun(words, item, name, near=place == 0)
    return _unit_in_singular(words, items, forms)


def _unit_in_singular(words: Words, items: list[Item], forms: list[Form | None]) -> Noun | None:
    """Find the unit of `5 page`, and of `2 page letter`."""
    for place, form in enumerate(forms):
        if form is not None:
            noun = _noun(words, items[place], form.unit.name, near=False)
            return replace(noun, attributive=place + 1 < len(items))
    return None


def _single_noun(words: Words, items: list[Item]) -> Noun:
    """Find the noun behind one: the last word of the phrase, sure where others only describe it."""
    spoken = [words.span(*item) for item in items]
    forms = [form_of(word) for word in spoken]
    if forms[0] is not None and forms[0].unit.dimension == "time" and len(items) > 1:
        return _noun(words, items[0], forms[0].unit.name, sure=False)  # `1 minute plank`
    if forms[-1] is not None:
        return _noun(words, items[-1], forms[-1].unit.name, near=len(items) == 1)
    for place, form in enumerate(forms):
        if form is not None:
            rest = {word.lower() for word in spoken[place + 1 :]}
            sure = form.unit.name in HOW_OFTEN and rest <= ADJECTIVES  # `keep one evening free`
            return _noun(words, items[place], form.unit.name, near=place == 0, sure=sure)
    sure = all(map(_describes, spoken[:-1])) and spoken[-1].lower() not in ADJECTIVES
    return _noun(words, items[-1], spoken[-1].lower(), near=len(items) == 1, sure=sure)


def _noun(words: Words, item: Item, name: str, near: bool = True, sure: bool = True) -> Noun:
    return Noun(words.tokens[item[0]].start, words.tokens[item[1]].end, name, near, sure)


def _describes(word: str) -> bool:
    low = word.lower()
    return low in ADJECTIVES or low.endswith(ADJECTIVE_ENDINGS) or word[0].isupper()
