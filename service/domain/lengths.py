"""How long a pause lasts, in words: `3 days`, `two weeks`, `für eine Woche`, `3日間`."""

import re

from service.domain.wording import folded, plain
from service.domain.words_japanese import japanese_pause

# From one to ten; the languages share some, and none of them means two numbers.
_NUMBERS = (
    "a one ein eine einen un une una uno um uma een jeden jedna",
    "two zwei deux dos dois duas due twee dwa dwie",
    "three drei trois tres tre drie trzy",
    "four vier quatre cuatro quatro quattro cztery",
    "five funf fuenf cinq cinco cinque vijf piec",
    "six sechs seis sei zes szesc",
    "seven sieben sept siete sete sette zeven siedem",
    "eight acht huit ocho oito otto osiem",
    "nine neun neuf nueve nove negen dziewiec",
    "ten zehn dix diez dez dieci tien dziesiec",
)
_NUMBER = {word: number for number, words in enumerate(_NUMBERS, 1) for word in words.split()}
_NUMBER |= {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)}
_DAY = "day days tag tage tagen jour jours dia dias giorno giorni dag dagen dzien dni 日 日間"
_WEEK = (
    "week weeks woche wochen semaine semaines semana semanas settimana settimane weken tydzien tygodnie "
    "tygodni 週間"
)
_UNIT = dict.fromkeys(_DAY.split(), 1) | dict.fromkeys(_WEEK.split(), 7)
_FOR = r"(?:(?:for|fur|fuer|pendant|pour|por|durante|per|voor|na) )?"
_MANY = r"(?:([0-9]{1,9}) ?|([a-z]{1,10}) )([a-z]{2,12}|日間?|週間)"
_LENGTH = re.compile(_FOR + _MANY)
_ALONE = re.compile(_FOR + "(tydzien)")  # `a week` without its article
_BEGINS = frozenset("一二三四五六七八九十休")
_PAUSED = re.compile(_MANY + " (?:of |de |di )?(?:pause|pausa|pauze|pauza|pauzy|przerwy)")


def read_length(text: str) -> int | None:
    """Read the length of a pause in days, None where the text is none. It may be zero."""
    said = plain(text)
    if _ALONE.fullmatch(said):
        return 7
    found = _LENGTH.fullmatch(said)
    return _days(found[1] or found[2], found[3]) if found else None


def read_paused(text: str) -> int | None:
    """Read a pause that does not begin with its word, or is written in one, in days, or None.

    Such as `3 Tage Pause`, `3日休む` and `一時停止3日`.
    """
    if not (text[:1].isdigit() or text[:1] in _BEGINS):
        return None
    said = folded(text[:80])
    if found := _PAUSED.fullmatch(plain(said)):
        return _days(found[1] or found[2], found[3])
    pause = japanese_pause(said)
    return _days(*pause) if pause else None


def _days(number: str, unit: str) -> int | None:
    many = int(number) if number.isascii() and number.isdigit() else _NUMBER.get(number)
    length = _UNIT.get(unit)
    return None if many is None or length is None else many * length
