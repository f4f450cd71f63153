"""When a step has become easy, when its next size is offered, and when a day asks for the lighter one.

A story ends on the day before today.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chain import Ledger, Outcome
from service.domain.growth import Version, asked_on, easy_for, misses_before, offers, window
from service.domain.schedule import EVERY_DAY
from tests.unit.domain.stories import MON_WED_FRI, MONDAY, ledger_of, on

FULL, LIGHT = Version.FULL, Version.LIGHT


def easy_days(story: str, weekdays: frozenset[int] = EVERY_DAY, needed: int = 14, since: int = 0) -> int:
    return easy_for(ledger_of(story, weekdays), on(since), on(len(story)), needed)


@pytest.mark.parametrize(
    ("story", "days"),
    [
        ("", 0),
        ("D" * 13, 0),
        ("D" * 14, 1),
        ("D" * 15, 2),
        ("D" * 28, 15),
        ("D" * 13 + ".", 1),  # the miss that is forgiven may be the last day
        ("D" * 12 + "..", 0),
        (".." + "D" * 12, 0),
        (".." + "D" * 13, 1),
        ("D" * 7 + "." + "D" * 6, 1),
        ("D" * 7 + "." + "D" * 5 + ".", 0),  # two, though not in a row
        ("D" * 13 + "L", 1),  # done smaller: counted as the one that is forgiven
        ("L" * 14, 0),
        ("D" * 12 + "LL", 0),
        ("D" * 12 + "L.", 0),  # one of each is two
        ("D" * 7 + "SPSP" + "D" * 7, 1),  # neutral days neither count nor reset
        ("D" * 14 + "SSPP", 1),
        ("S" * 14, 0),
        ("D" * 6 + "SS" + "d" + "PP" + "D" * 7, 1),  # done on a paused day counts
        ("D" * 14 + ".", 2),
        ("D" * 14 + "..", 0),
        ("D" * 14 + ".." + "D" * 12, 0),  # both misses are still among the last fourteen
        ("D" * 14 + ".." + "D" * 13, 1),  # and it begins anew
        ("D" * 14 + "." + "D" * 13 + ".", 16),  # one forgiven in any fourteen, not one for ever
    ],
)
def test_a_step_is_easy_after_fourteen_days_of_which_one_is_forgiven(story: str, days: int) -> None:
    assert easy_days(story) == days


@pytest.mark.parametrize("place", range(14))
@pytest.mark.parametrize("letter", [".", "L"])
def test_the_forgiven_day_may_be_at_any_place(letter: str, place: int) -> None:
    story = "D" * place + letter + "D" * (13 - place)
    assert easy_days(story) == 1
    assert easy_days(story[1:] if place else "D" * 12) == 0


@pytest.mark.parametrize(("since", "days"), [(-30, 7), (0, 7), (1, 6), (6, 1), (7, 0), (19, 0), (25, 0)])
def test_only_days_since_the_size_was_set_count(since: int, days: int) -> None:
    assert easy_days("D" * 20, since=since) == days


def test_days_off_do_not_count_and_today_is_not_over() -> None:
    assert easy_days("D......" * 14, frozenset({0})) == 1
    assert easy_days("DDDDDDD" * 4, MON_WED_FRI) == 0  # twelve that were asked for
    assert easy_days("DDDDDDD" * 5, MON_WED_FRI) == 2
    assert easy_for(ledger_of("D" * 14), MONDAY, on(13)) == 0
    assert easy_for(ledger_of("D" * 13 + "."), MONDAY, on(13)) == 0


def test_the_window_may_be_shorter() -> None:
    assert [easy_days("D" * n, needed=4) for n in range(7)] == [0, 0, 0, 0, 1, 2, 3]
    assert easy_days("DD..DDDD", needed=4) == 2  # `.DDD` is easy, and so is `DDDD`


@pytest.mark.parametrize(
    ("times", "by_days", "needed"),
    [
        *((times, False, 14) for times in (1, 3, 7)),
        *((1, True, 4), (2, True, 8), (3, True, 12), (4, True, 14), (6, True, 14)),
    ],
)
def test_where_days_are_the_size_four_weeks_are_enough(times: int, by_days: bool, needed: int) -> None:
    assert window(times, by_days) == needed


def easy_on_paper(story: str) -> int:
    """Look at each fourteen days that count by themselves."""
    counted = [letter for letter in story if letter in "DLd."]
    easy = [
        n >= 14 and sum(letter in "L." for letter in counted[n - 14 : n]) <= 1
        for n in range(len(counted) + 1)
    ]
    return next((back for back, is_easy in enumerate(reversed(easy)) if not is_easy), 0)


@settings(deadline=None)
@given(st.text("DDDDDDDDDDDDDDDDDDDDLS.Pd", max_size=60))
def test_easy_is_what_one_would_count_on_paper(story: str) -> None:
    assert easy_days(story) == easy_on_paper(story)


@pytest.mark.parametrize(
    ("days", "offered"),
    [*((days, days in (1, 8, 15, 22, 29)) for days in range(31))],
)
def test_the_next_size_is_offered_on_the_first_easy_day_and_weekly_from_then_on(
    days: int, offered: bool
) -> None:
    assert offers(days, on(50), None) is offered
    assert offers(days, on(50), on(50)) is offered  # rested until today
    assert offers(days, on(50), on(10)) is offered
    assert offers(days, on(50), on(51)) is False  # still resting


@pytest.mark.parametrize(
    ("story", "misses"),
    [
        ("", 0),
        ("D", 0),
        (".", 1),  # also at the very start
        ("..", 2),
        ("D.", 1),
        ("D..", 2),
        ("D...", 3),
        ("..D", 0),
        ("..L", 0),  # a smaller one is done all the same
        ("..D.", 1),
        ("D.S.", 2),  # neutral days between neither add nor end it
        ("D.PP.", 2),
        ("D.SP", 1),
        ("D..SSPP", 2),
        ("..d", 0),
        ("SSPP", 0),
    ],
)
def test_misses_are_counted_back_to_the_last_done(story: str, misses: int) -> None:
    today = on(len(story))
    assert misses_before(ledger_of(story), today) == misses
    assert misses_before(ledger_of(story + "D"), today) == misses  # the day itself does not matter
    assert asked_on(ledger_of(story), today) is (LIGHT if misses >= 2 else FULL)


@pytest.mark.parametrize(
    ("story", "misses"),
    [("D...D..", 0), ("D.D..", 1), ("D.....", 2), ("D.S....", 1), ("D.......", 3), ("DD.....", 2)],
)
def test_days_off_are_no_misses(story: str, misses: int) -> None:
    assert misses_before(ledger_of(story, MON_WED_FRI), on(len(story))) == misses


@pytest.mark.parametrize(
    ("since", "misses"), [(None, 4), (-9, 4), (0, 4), (2, 4), (3, 3), (4, 2), (5, 1), (6, 0), (9, 0)]
)
def test_misses_before_the_own_size_was_wanted_back_do_not_count(since: int | None, misses: int) -> None:
    ledger, full_from = ledger_of("DD...."), None if since is None else on(since)
    assert misses_before(ledger, on(6), full_from) == misses
    assert asked_on(ledger, on(6), full_from) is (LIGHT if misses >= 2 else FULL)


def test_the_days_between_are_looked_at_as_of_the_day_asked_about() -> None:
    ledger = ledger_of("D..D")
    assert [asked_on(ledger, on(n)) for n in range(6)] == [FULL, FULL, FULL, LIGHT, FULL, FULL]
    assert asked_on(ledger, on(-3)) is FULL
    assert misses_before(Ledger(ledger.schedule, {on(1): Outcome.SKIPPED}), on(3)) == 2


def test_the_first_day_may_be_missed_though_its_weekday_is_off() -> None:
    assert misses_before(ledger_of("......", frozenset({5})), on(6)) == 2  # Monday, and Saturday
