"""The drawn chain: it can be read with images off, without colours, and by a screen reader."""

import re
from datetime import date, timedelta
from quopri import decodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.chain import Mark, drawn
from service.mail.drawing import SYMBOLS, Drawing, as_html, as_text
from service.mail.quoted import SOFT_BREAK
from tests.unit.mail.samples import DAY, days

MONDAY = date(2026, 3, 9)
ALL = [(MONDAY + timedelta(days=index), mark) for index, mark in enumerate(Mark)]


def test_every_mark_has_a_symbol() -> None:
    assert set(SYMBOLS) == set(Mark)


def test_the_text_is_one_symbol_a_day_oldest_first() -> None:
    week = list(zip([MONDAY + timedelta(days=index) for index in range(4)], Mark, strict=False))
    symbols, _ = as_text(week).splitlines()
    assert symbols == "● – – ○"


@pytest.mark.parametrize(
    ("marks", "legend"),
    [
        ([Mark.DONE], "(● done)"),
        ([Mark.MISSED, Mark.DONE], "(● done, ○ missed)"),
        ([Mark.SKIPPED], "(– skipped or paused)"),
        ([Mark.PAUSED, Mark.SKIPPED], "(– skipped or paused)"),
        ([Mark.OFF, Mark.OPEN], "(· no step that day, ◌ today)"),
    ],
)
def test_the_legend_explains_exactly_the_symbols_that_occur(marks: list[Mark], legend: str) -> None:
    dated = [(MONDAY + timedelta(days=index), mark) for index, mark in enumerate(marks)]
    assert as_text(dated).splitlines()[1] == legend


def test_every_symbol_that_can_occur_is_in_the_legend() -> None:
    symbols, legend = as_text(ALL).splitlines()
    for symbol in symbols.split():
        assert f"{symbol} " in legend


def test_the_last_fourteen_days_are_drawn_up_to_today() -> None:
    ledger = days("d" * 30)
    symbols, legend = as_text(drawn(ledger, DAY)).splitlines()
    assert symbols == " ".join("●" * 13 + "◌")
    assert legend == "(● done, ◌ today)"
    assert as_html(drawn(ledger, DAY)).count("<td") == 14


def test_a_goal_is_drawn_from_its_first_day_on() -> None:
    assert as_text(drawn(days(""), DAY)).splitlines()[0] == "◌"
    assert as_text(drawn(days("d."), DAY)).splitlines()[0] == "● ○ ◌"


def test_the_html_has_one_cell_a_day_without_an_image() -> None:
    html = as_html(ALL)
    cells = re.findall(r"<td[^>]*><div[^>]*>(.)</div></td>", html)
    assert len(cells) == len(ALL)
    assert cells[0] == "✓"
    assert "<img" not in html
    assert "url(" not in html


@given(st.dates(), st.lists(st.sampled_from(Mark), max_size=30))
def test_the_encoded_forms_decode_to_the_plain_ones(first: date, marks: list[Mark]) -> None:
    drawing = Drawing(
        list(zip(map(date.fromordinal, range(first.toordinal(), 3652060)), marks, strict=False))
    )
    for encoded, plain in (
        (drawing.quoted_text(), str(drawing)),
        (drawing.quoted_html(), drawing.__html__()),
    ):
        assert decodestring(encoded.encode("ascii")).decode().replace("\r\n", "\n") == plain
        assert max(map(len, (encoded + SOFT_BREAK).split("\r\n"))) <= 76


def test_done_and_missed_differ_by_more_than_colour() -> None:
    shown = re.findall(r"<div[^>]*>(.)</div>", as_html([(MONDAY, mark) for mark in Mark]))
    by_mark = dict(zip(Mark, shown, strict=True))
    different = (Mark.DONE, Mark.MISSED, Mark.OPEN, Mark.OFF, Mark.SKIPPED)
    assert len({by_mark[mark] for mark in different}) == len(different)


def test_a_screen_reader_hears_one_sentence_with_a_word_for_each_day() -> None:
    label = re.search(r'role="img" aria-label="([^"]+)"', as_html(ALL))
    assert label is not None
    assert label[1] == (
        "Monday done, Tuesday skipped, Wednesday paused, Thursday missed, Friday still open, Saturday no step"
    )
