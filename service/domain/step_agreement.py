"""Whether the rest of a step still holds where its noun goes into singular, plural or half of one."""

import re
from decimal import Decimal

from service.domain.step_tokens import Found, Noun
from service.domain.step_words import (
    AGREEING,
    NOT_BEFORE_HALF,
    NOT_IN_HALF,
    ONE_NUMBER,
    RELATIVE,
    RELATIVE_SAFE,
    STOP,
    WHOLE_VERBS,
)
from service.domain.units import form_of, looks_plural

_WORD = re.compile(r"\w+")


def can_cross(text: str, found: Found, number: Decimal) -> bool:
    """Tell whether we are sure of all the rest of a step where its amount comes to, or leaves, one."""
    noun = found.noun
    if noun is None:
        follows = _WORD.findall(re.split(r"[.,;:!?()]", text[found.end :].lower())[0])[:3]
        return not follows or (follows[0] in STOP and not any(map(looks_plural, follows)))
    form = form_of(text[noun.start : noun.end])
    if noun.attributive or (form is not None and form.plural is None):
        return True
    return _can_be_half(text, found, noun) if number < 1 else _can_agree(text, found, noun)


def _can_be_half(text: str, found: Found, noun: Noun) -> bool:
    """Tell whether half of it is said and meant: not `wash half a glass`, nor `my half a page`."""
    before = _WORD.findall(text[: found.start].lower())
    between = text[found.end : noun.start].lower().split()
    if not WHOLE_VERBS.isdisjoint(before) or not NOT_BEFORE_HALF.isdisjoint(before[-1:]):
        return False
    return noun.sure and NOT_IN_HALF.isdisjoint(between)


def _can_agree(text: str, found: Found, noun: Noun) -> bool:
    """Tell whether no other word has to change with the noun: not in `take 1 thing and put it away`."""
    before = _WORD.findall(text[: found.start].lower())[-1:]
    after = _WORD.findall(text[noun.end :].lower())
    if text[noun.end : noun.end + 1] in ("'", "’"):  # `5 minutes' walk`
        return False
    if not noun.sure or not ONE_NUMBER.isdisjoint(before) or not AGREEING.isdisjoint(after):
        return found.number < 1
    return not (after and after[0] in RELATIVE and (len(after) < 2 or after[1] not in RELATIVE_SAFE))
