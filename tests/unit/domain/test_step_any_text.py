"""Any text as a step: what holds for every step and every amount, and that no text is slow to read."""

import re
import time
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.domain.step import (
    LARGEST,
    LONGEST,
    Size,
    bigger,
    lighter,
    plain_size,
    read_size,
    resized,
    smaller,
    tiniest,
    unit_words,
    with_size,
)
from tests.unit.domain.steps_table import STEPS

table = st.sampled_from([text for text, _, _ in STEPS])
amounts = st.integers(1, 150).map(Decimal) | st.integers(1, LARGEST).map(Decimal)
amounts |= st.integers(1, 999).map(lambda n: Decimal(n) / 4)
BITS = [
    "1",
    "2",
    "10",
    "1.5",
    "1,000",
    "½",
    "٣",
    "a",
    "an",
    "one",
    "two",
    "half",
    "quarter",
    "dozen",
    "hundred",
    "once",
    "times",
    "of",
    "and",
    "to",
    "or",
    "x",
    "×",
    "-",
    "–",
    "$",
    "€",
    "k",
    ",",
    ".",
    ":",
    "/",
    "page",
    "pages",
    "minute",
    "hours",
    "km",
    "squats",
    "set",
    "at",
    "a.m.",
    "every",
    "thing",
    "it",
    "who",
    "(",
    ")",
    "'",
    "é",
    "💪",
    "İ",
    "ß",
]
texts = (
    table
    | st.text(max_size=60)
    | st.lists(st.sampled_from([*BITS, " ", " ", " "]), max_size=14).map("".join)
    | st.lists(st.sampled_from(BITS), max_size=12).map(" ".join)
)


@settings(deadline=None, max_examples=400)
@given(table, amounts)
def test_what_is_written_reads_as_the_same_amount(text: str, amount: Decimal) -> None:
    size = read_size(text)
    again = resized(text, amount)
    assert again is None or (size and read_size(again) == Size(amount, size.unit))
    # With whole numbers above one there is nothing that we could be unsure of, but for a year, and for two
    # numbers side by side: `1 hour 30 twice a day` would become `30 100 times`.
    beside = re.search(r"[0-9] (?:once|twice)", text)
    if size and size.amount > 1 and amount > 1 and amount % 1 == 0 and not (1900 <= amount < 2100 or beside):
        assert again is not None


@settings(deadline=None, max_examples=400)
@given(table, amounts)
def test_bigger_and_smaller_stay_within_a_notch_of_each_other(text: str, amount: Decimal) -> None:
    start = resized(text, amount)
    size, more = read_size(start or ""), read_size(bigger(start or "") or "")
    assume(size and more)
    assert size
    assert more
    grain = Decimal("0.1") if size.unit in ("km", "mile", "litre") else Decimal(1)
    assert 0 < more.amount - size.amount <= max(grain, size.amount / 10)
    back = read_size(smaller(bigger(start or "") or "") or "")
    assert back is None or 0 < back.amount <= size.amount


@settings(deadline=None, max_examples=150)
@given(table)
def test_smaller_again_and_again_ends_above_zero(text: str) -> None:
    seen: list[Decimal] = []
    now: str | None = text
    while now is not None and (size := read_size(now)) is not None:
        seen.append(size.amount)
        now = smaller(now)
    assert seen == sorted(set(seen), reverse=True)
    assert all(amount > 0 for amount in seen)


@settings(deadline=None, max_examples=500)
@given(texts, amounts)
def test_any_text_is_moved_or_left(text: str, amount: Decimal) -> None:
    size = read_size(text)
    outcomes = [bigger(text), smaller(text), lighter(text), tiniest(text), resized(text, amount)]
    outcomes.append(with_size(text, Size(amount, "minute")))
    plain_size(text)
    if size is None:
        assert outcomes[:5] == [None] * 5
    else:
        assert 0 < size.amount <= LARGEST
        assert resized(text, size.amount) == text
        assert unit_words(size)
    assert all(read_size(outcome) and len(outcome) <= LONGEST for outcome in outcomes if outcome is not None)


HOSTILE = [
    "9",
    "a ",
    "1 x ",
    "half ",
    "one ",
    "1 of ",
    "-1",
    "and a half ",
    "a quarter of ",
    "1 aa bb cc ",
    "5 zo ",
]


@pytest.mark.parametrize("bit", HOSTILE)
def test_hostile_text_is_quick(bit: str) -> None:
    text = (bit * LONGEST)[:LONGEST]
    resized(text, Decimal(2))
    began = time.perf_counter()
    for _ in range(10):
        resized(text, Decimal(2))
    assert time.perf_counter() - began < 1
