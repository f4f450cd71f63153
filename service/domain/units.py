"""Units in words: singular and plural, abbreviations, and nouns that are in no table of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from service.domain.step_units import ALIASES, IRREGULAR, UNITS, Kind, Unit

if TYPE_CHECKING:
    from inflect import engine as Engine  # noqa: N812 - the class has a small name


@dataclass(frozen=True, slots=True)
class Form:
    """A word for a unit as people write it, whether it is a plural (None: both), and its other number."""

    unit: Unit
    plural: bool | None
    other: str


def _regular_plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _forms() -> Iterator[tuple[str, Form]]:
    for unit in UNITS.values():
        own = f"{unit.name}|{IRREGULAR.get(unit.name) or _regular_plural(unit.name)}"
        for pair in ALIASES.get(unit.name, (own,)):
            one, many = pair.split("|" if "|" in pair else " ")
            if one == many or len(one) > len(many):
                yield one, Form(unit, None if one == many else True, many)
            else:
                yield one, Form(unit, False, many)
                yield many, Form(unit, True, one)


# People write `push-ups` and `push ups`; looked up with spaces.
FORMS = {word.replace("-", " "): form for word, form in _forms()}


def form_of(word: str) -> Form | None:
    """Return what is known of a word such as `Minutes` or `push-ups`, None where it is no unit of ours."""
    return FORMS.get(word.lower().replace("-", " "))


def unit_of(name: str) -> Unit:
    """Return a unit by its name; one that we do not know is counted."""
    return UNITS.get(name) or Unit(name, article=False)


@cache
def _engine() -> "Engine":
    from inflect import engine  # noqa: PLC0415 - takes a second to import, and few texts need it

    return engine()


@lru_cache(4096)
def _inflect(word: str, many: bool) -> str | None:
    """Put a noun that is not in the tables into the plural or the singular; None where there is none."""
    try:
        found: object = _engine().plural_noun(word) if many else _engine().singular_noun(word)
    except Exception:  # inflect raises errors of several libraries for odd words
        return None
    return found if isinstance(found, str) and found else None


def looks_plural(word: str) -> bool:
    """Tell whether a word that is not in the tables has the ending of a plural noun: not `less`, `famous`."""
    low = word.lower()
    return len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is", "'s", "’s"))


def singular(word: str) -> str:
    """Return the singular of a noun in lower case, or the word itself where it is none we know."""
    low = word.lower()
    form = form_of(low)
    if form is not None:
        return form.other if form.plural else low
    return (_inflect(low, False) or low) if looks_plural(low) else low


def in_number(word: str, many: bool) -> str | None:
    """Return a noun in the wanted number with its capitals kept, None where we do not know how."""
    form = form_of(word)
    if form is not None:
        if form.plural is None or form.plural is many:
            return word
        return _cased(word, form.other.replace("-", " ") if " " in word else form.other)
    found = word.lower() if looks_plural(word) is many else _inflect(word.lower(), many)
    return None if found is None else _cased(word, found)


_VOWELS = frozenset("aeiouy")


def _cased(like: str, word: str) -> str:
    if like.isupper() and len(like) > 1 and not _VOWELS.isdisjoint(like.lower()):
        return word.upper()  # not `DVD`, whose plural is `DVDs`
    shared = 0
    while shared < min(len(like), len(word)) and like[shared].lower() == word[shared]:
        shared += 1
    return like[:shared] + word[shared:]


def plural(unit: str, amount: Decimal) -> str:
    """Return a unit's word for an amount: `page` for 1 and below (`half a page`), `pages` from there on."""
    if not unit or (amount <= 1 and (amount == 1 or unit_of(unit).kind is Kind.DIVISIBLE)):
        return unit
    return in_number(unit, True) or unit
