"""A goal's record: the version a day asks for, its words, and what doing it amounts to."""

from datetime import timedelta
from decimal import Decimal

import pytest

from service.domain.growth import Version
from service.domain.ladder import Deed, Rung
from service.domain.record import Record
from service.domain.sizes import Form, Versions
from tests.unit.domain.stories import MON_WED_FRI, ledger_of, on

FULL, LIGHT, TINY = Version.FULL, Version.LIGHT, Version.TINY
SMALLER = Versions(light=Form("Read 2 pages", Decimal(2)), tiny=Form("Read a paragraph"))
READ = Rung(1, on(0), "Read 4 pages", Decimal(4), "page", versions=SMALLER)
MORE = Rung(2, on(5), "Read 5 pages", Decimal(5), "page")
CALL = Rung(3, on(0), "Call mum", weekdays=frozenset({6}))


def record(story: str, *rungs: Rung, full_from: int | None = None) -> Record:
    return Record(ledger_of(story), rungs, full_from=None if full_from is None else on(full_from))


@pytest.mark.parametrize(
    ("story", "version", "missed"),
    [("DD", FULL, 0), ("DD.", FULL, 1), ("DD..", LIGHT, 2), ("D.S.", LIGHT, 2), ("D..D", FULL, 0)],
)
def test_two_misses_in_a_row_ask_for_the_lighter_version(story: str, version: Version, missed: int) -> None:
    found = record(story, READ)
    assert found.version(on(len(story))) is version
    assert found.missed(on(len(story))) == missed


def test_without_a_lighter_version_the_step_stays_itself() -> None:
    assert record("DD...", CALL).version(on(5)) is FULL
    assert record("DD...").version(on(5)) is FULL
    assert record("DD...", CALL).missed(on(5)) == 3
    changed = record("DD......", READ, MORE)
    assert [changed.version(on(day)) for day in (3, 4, 5, 6)] == [FULL, LIGHT, FULL, FULL]


@pytest.mark.parametrize(
    ("full_from", "versions"),
    [(None, "FFLLL"), (0, "FFLLL"), (1, "FFLLL"), (2, "FFFLL"), (3, "FFFFL"), (4, "FFLFF"), (9, "FFLLL")],
)
def test_misses_before_the_own_size_was_wanted_back_ask_for_nothing(
    full_from: int | None, versions: str
) -> None:
    found = record("D....", READ, full_from=full_from)
    assert "".join(found.version(on(day)).name[0] for day in range(1, 6)) == versions


def test_what_was_chosen_later_says_nothing_of_a_day_before() -> None:
    found = record("D......", READ, full_from=5)
    assert [found.version(on(day)) for day in (2, 3, 4, 5, 6, 7)] == [FULL, LIGHT, LIGHT, FULL, FULL, LIGHT]
    assert [found.missed(on(day)) for day in (2, 3, 4, 5, 6, 7)] == [1, 2, 3, 0, 1, 2]


@pytest.mark.parametrize(
    ("day", "version", "words", "deed"),
    [
        (0, FULL, "Read 4 pages", Deed(FULL, Decimal(4), "page")),
        (0, LIGHT, "Read 2 pages", Deed(LIGHT, Decimal(2), "page")),
        (0, TINY, "Read a paragraph", Deed(TINY, None, "page")),  # how much of a page is not known
        (5, FULL, "Read 5 pages", Deed(FULL, Decimal(5), "page")),
        (5, LIGHT, "Read 5 pages", Deed(LIGHT, Decimal(5), "page")),  # there is no lighter one
        (5, TINY, "Read 5 pages", Deed(TINY, None, "page")),  # done somehow: it counts, and adds nothing
    ],
)
def test_each_version_has_its_words_and_its_amount(
    day: int, version: Version, words: str, deed: Deed
) -> None:
    found = record("", READ, MORE)
    assert found.words(on(day), version, "?") == words
    assert found.deed(on(day), version) == deed


def test_without_rungs_there_are_other_words_and_no_amounts() -> None:
    found = record("D" * 20)
    assert found.rung(on(3)) is None
    assert found.words(on(3), LIGHT, "Read") == "Read"
    assert found.deed(on(3), TINY) == Deed(TINY)
    assert found.easy_for(on(20)) == 0


def test_a_step_is_easy_for_as_long_as_it_has_its_size() -> None:
    assert [record("D" * 30, READ).easy_for(on(day)) for day in (13, 14, 15, 30)] == [0, 1, 2, 17]
    grown = record("D" * 30, READ, MORE)
    assert [grown.easy_for(on(day)) for day in (18, 19, 30)] == [0, 1, 12]
    other_days = Rung(3, on(9), "Read 5 pages", Decimal(5), "page", why="days")
    assert record("D" * 30, READ, MORE, other_days).easy_for(on(30)) == 12


BY_DAYS = Versions(by_days=True)


def test_where_days_are_the_size_each_is_one_of_what_the_step_counts() -> None:
    evenings = Rung(1, on(0), "Cook two evenings", Decimal(2), "evening", frozenset({0, 3}), versions=BY_DAYS)
    assert record("", evenings).deed(on(3), FULL) == Deed(FULL, Decimal(1), "evening")
    uncounted = Rung(1, on(0), "Call mum", versions=BY_DAYS)
    assert record("", uncounted).deed(on(3), TINY) == Deed(TINY)


def test_where_days_are_the_size_a_step_is_easy_after_four_weeks() -> None:
    weekly = Rung(1, on(0), "Call mum", weekdays=frozenset({0}), versions=BY_DAYS)
    mondays = ledger_of("D......" * 20, frozenset({0}))
    assert [Record(mondays, (weekly,)).easy_for(on(7 * week)) for week in (3, 4, 5)] == [0, 1, 2]
    by_amount = Rung(
        1, on(0), "Call mum", weekdays=frozenset({0}), versions=Versions(grown=Form("Call twice"))
    )
    assert [Record(mondays, (by_amount,)).easy_for(on(7 * week)) for week in (13, 14)] == [0, 1]
    fewer = ledger_of("D" * 60, changes=((on(30), frozenset({0})),))
    since_then = Rung(2, on(30), "Call mum", versions=BY_DAYS)
    found = Record(fewer, (by_amount, since_then))
    assert next(day for day in range(31, 60) if found.easy_for(on(day))) == 35 + 3 * 7 + 1  # four Mondays
    of_schedule = Rung(1, on(0), "Call mum", versions=BY_DAYS)
    found = Record(ledger_of("D" * 60, MON_WED_FRI), (of_schedule,))
    assert (
        next(day for day in range(60) if found.easy_for(on(day))) == 4 * 7 - 2
    )  # twelve days at three a week


def test_a_record_knows_its_rung_of_any_day() -> None:
    found = record("", READ, MORE)
    assert [found.rung(on(4)), found.rung(on(5)), found.rung(on(0) - timedelta(days=9))] == [READ, MORE, READ]
