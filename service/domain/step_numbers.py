"""Writing a number as the step has it: figures stay figures, words stay words, and money has cents."""

import re
from decimal import Decimal

from service.domain.amount import figures, number_words
from service.domain.step_tokens import Found, Style
from service.domain.step_units import HALF, QUARTER, Kind
from service.domain.units import unit_of

_AN_NOUN = re.compile(r"(?:[aeio]|hour|honest|u(?!ni|se|su|til|k))", re.IGNORECASE)


def numeral(number: Decimal, found: Found, unit: str, behind: str) -> str:
    """Write a number of a unit in the style of an amount, words up to twenty; `behind`: what follows it."""
    decimal_style = "." in found.form or ("," in found.form and number % 1)
    divisible = unit_of(unit).kind is Kind.DIVISIBLE or unit == "hour"
    if number in (HALF, QUARTER) and divisible and not decimal_style:
        return fraction(number, behind)
    if found.style is Style.FIGURES:
        return figures(number, found.form)
    if found.unit.name == "hour" and unit != "hour" and found.style is not Style.WORDS:
        return figures(number)  # `an hour` → `55 minutes`
    if found.style is Style.ARTICLE and number == 1:
        return _article(behind)
    return number_words(number) or figures(number)


def fraction(number: Decimal, behind: str) -> str:
    """Write a half or a quarter: `half a`, `a quarter of an`."""
    return f"half {_article(behind)}" if number == HALF else f"a quarter of {_article(behind)}"


def money(number: Decimal, like: str = "") -> str:
    """Write an amount of money in the manner of another one: `$5`, `$2.50`."""
    if number % 1 == 0 or number % Decimal("0.01"):
        return figures(number, like)
    return f"{number:.2f}".replace(".", "," if "," in like else ".")


def _article(behind: str) -> str:
    return "an" if _AN_NOUN.match(behind) else "a"
