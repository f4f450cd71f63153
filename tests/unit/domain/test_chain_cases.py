"""The chain in cases worked out by hand: what bends it, what breaks it, and what leaves it alone.

The last letter of a story is today.
"""

import pytest

from service.domain.chain import Chain, Ledger, Mark, Outcome, chain, mark_of, marks, previous_mark
from service.domain.schedule import EVERY_DAY, Schedule, Span
from tests.unit.domain.stories import MON_WED_FRI, MONDAY, ledger_of, on


def chain_of(story: str, weekdays: frozenset[int] = EVERY_DAY, *, strict: bool = False) -> Chain:
    return chain(ledger_of(story, weekdays, strict=strict), on(len(story) - 1))


@pytest.mark.parametrize(
    ("story", "length", "bent", "best", "total"),
    [
        (".", 0, False, 0, 0),  # the first day is still open
        ("D", 1, False, 1, 1),
        ("DDD", 3, False, 3, 3),
        ("DD.", 2, False, 2, 2),  # today not yet done never breaks it, nor bends it
        ("DD..", 2, True, 2, 2),  # one miss bends
        ("DD.D", 3, False, 3, 3),  # never missed twice: straight again
        ("DD.D..", 3, True, 3, 3),  # bent anew, by the second miss but not the second in a row
        ("D.D.D.D", 4, False, 4, 4),  # every other day, for ever
        ("DD...", 0, False, 2, 2),  # two misses in a row break
        ("DD..D", 1, False, 2, 3),  # and a new chain starts
        ("DDD..DD", 2, False, 3, 5),  # beside it the best one stays
        ("D..DDDD..DD", 2, False, 4, 7),
        ("..", 0, False, 0, 0),  # nothing to bend yet
        ("..D", 1, False, 1, 1),  # a miss before the first done is no matter
        ("....D", 1, False, 1, 1),
        ("DSD", 2, False, 2, 2),  # skipped neither adds nor breaks
        ("DSSSSSD", 2, False, 2, 2),
        ("DS", 1, False, 1, 1),
        ("S", 0, False, 0, 0),
        ("D.SD", 2, False, 2, 2),
        ("D.S.", 1, True, 1, 1),  # the second dot is today
        ("D.S..", 0, False, 1, 1),  # missed, skipped, missed: two in a row of the days that count
        ("D.P..", 0, False, 1, 1),
        ("D.SPS.D", 1, False, 1, 2),
        ("D.S", 1, True, 1, 1),  # a neutral day leaves the chain bent
        ("DPPPPPPD", 2, False, 2, 2),  # a pause waits
        ("DPPPPPPP", 1, False, 1, 1),
        ("P", 0, False, 0, 0),
        ("D.PPP", 1, True, 1, 1),
        ("DPdPD", 3, False, 3, 3),  # done on a paused day counts
        ("d", 1, False, 1, 1),
    ],
)
def test_a_story_makes_its_chain(story: str, length: int, bent: bool, best: int, total: int) -> None:
    found = chain_of(story)
    assert (found.length, found.bent, found.best, found.total) == (length, bent, best, total)


@pytest.mark.parametrize(
    ("story", "length", "best"),
    [
        ("DD.", 2, 2),
        ("DD..", 0, 2),
        ("DD.D", 1, 2),
        ("DSD", 2, 2),
        ("DPPD", 2, 2),
        ("D.", 1, 1),
        ("D.DDD", 3, 3),
    ],
)
def test_a_strict_chain_breaks_at_the_first_miss(story: str, length: int, best: int) -> None:
    found = chain_of(story, strict=True)
    assert (found.length, found.bent, found.best) == (length, False, best)


@pytest.mark.parametrize(
    ("story", "length", "bent"),
    [
        ("D.D.D", 3, False),  # Tuesday and Thursday were never asked for
        ("D.D.D..", 3, False),  # nor was the weekend
        ("D.D.D..D", 4, False),  # Friday and Monday are neighbours
        ("D...D", 2, False),  # Wednesday missed
        ("D...D..", 2, False),
        ("D....", 1, True),  # Wednesday missed, Friday is today
        ("D.....", 0, False),  # Wednesday and Friday missed
        ("DD", 1, False),  # done on a day off is no link
    ],
)
def test_unscheduled_days_are_neutral(story: str, length: int, bent: bool) -> None:
    found = chain_of(story, MON_WED_FRI)
    assert (found.length, found.bent) == (length, bent)


def test_the_first_day_counts_though_its_weekday_does_not() -> None:
    weekend = frozenset({5, 6})
    assert chain_of("D", weekend).length == 1
    assert chain_of("D....DD", weekend).length == 3
    assert chain_of("D.....", weekend).bent is False  # Saturday is today
    assert chain_of("D......", weekend).bent is True  # Saturday missed
    assert chain_of(".....", weekend).recent_days == 1  # the first day missed, and nothing asked since


def test_a_late_done_repairs_a_broken_chain() -> None:
    broken = ledger_of("DDD..D")
    assert chain(broken, on(5)).length == 1
    repaired = Ledger(broken.schedule, {**broken.outcomes, on(3): Outcome.DONE})
    assert chain(repaired, on(5)).length == 5


def test_an_undone_day_is_a_day_like_any_other_again() -> None:
    assert chain_of("DDD").length == 3
    assert chain_of("DD.").length == 2
    assert chain(ledger_of("DD."), on(3)).bent is True


def test_days_before_the_start_and_ahead_do_not_count() -> None:
    done = dict.fromkeys((on(n) for n in range(-5, 9)), Outcome.DONE)
    assert chain(Ledger(Schedule(MONDAY), done), on(2)).total == 3
    assert chain(Ledger(Schedule(MONDAY), done), on(-1)) == Chain()


def test_an_open_pause_lasts_until_it_is_ended() -> None:
    ledger = ledger_of("DD")
    assert chain(ledger, on(400)).length == 0
    paused = Ledger(ledger.schedule, ledger.outcomes, [Span(on(2))])
    assert chain(paused, on(400)).length == 2


def test_overlapping_pauses_are_one_pause() -> None:
    pauses = [Span(on(1), on(6)), Span(on(4), on(9)), Span(on(5))]
    assert chain(Ledger(Schedule(MONDAY), {MONDAY: Outcome.DONE}, pauses), on(30)).length == 1


def test_recent_looks_at_the_last_thirty_days_that_count() -> None:
    found = chain_of("D" * 20 + ".D" * 10 + "S" * 50 + "PPP" + ".D" * 5)
    assert (found.recent_done, found.recent_days, found.total) == (15, 30, 35)
    assert (chain_of("D.D").recent_done, chain_of("D.D").recent_days) == (2, 3)


def test_strength_of_a_daily_step_is_half_after_thirteen_days() -> None:
    assert chain_of("D" * 13).strength == pytest.approx(0.5)
    assert chain_of("D" * 26).strength == pytest.approx(0.75)


@pytest.mark.parametrize("weekdays", [EVERY_DAY, MON_WED_FRI, frozenset({0})])
def test_strength_follows_the_formula(weekdays: frozenset[int]) -> None:
    m = 0.5 ** ((len(weekdays) / 7) ** 0.5 / 13)
    strength = 0.0
    for value in (1, 1, 0, 1):
        strength = strength * m + value * (1 - m)
    days = [day for day in (on(n) for n in range(30)) if day.weekday() in weekdays][:4]
    outcomes = {day: Outcome.DONE for n, day in enumerate(days) if n != 2}
    assert chain(Ledger(Schedule(MONDAY, weekdays), outcomes), days[-1]).strength == pytest.approx(strength)


def test_neutral_days_leave_the_strength_alone() -> None:
    assert chain_of("DD.DSPSPS.").strength == chain_of("DD.D").strength
    assert chain_of("DDd").strength == chain_of("DDD").strength


@pytest.mark.parametrize(
    ("letter", "expected"),
    [("D", Mark.DONE), ("d", Mark.DONE), ("S", Mark.SKIPPED), ("P", Mark.PAUSED), (".", Mark.MISSED)],
)
def test_a_past_day_is_marked_with_what_became_of_it(letter: str, expected: Mark) -> None:
    ledger = ledger_of("D" + letter)
    assert mark_of(on(1), on(2), ledger) is expected
    assert previous_mark(ledger, on(2)) is expected


def test_today_is_open_and_days_ahead_are_off() -> None:
    ledger = ledger_of("DD", MON_WED_FRI)
    assert [mark for _, mark in marks(ledger, on(-1), on(4), on(2))] == [
        *(Mark.OFF, Mark.DONE, Mark.OFF),  # the day before the start, Monday, and a done Tuesday off
        *(Mark.OPEN, Mark.OFF, Mark.OFF),  # today, Thursday off, and Friday ahead
    ]
    assert previous_mark(ledger, MONDAY) is Mark.OFF
