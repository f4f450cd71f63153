"""Silence: daily for two weeks, then a few weekly mails that ask, then rest."""

from datetime import date, timedelta

import pytest

from service.domain.silence import ASK_EVERY, MOST_ASKS, Voice, silent_since, voice

SIGNED = date(2026, 2, 20)


@pytest.mark.parametrize(
    ("days", "asked", "expected"),
    [
        (-1, 0, Voice.DAILY),
        (0, 0, Voice.DAILY),
        (13, 0, Voice.DAILY),
        (13, 9, Voice.DAILY),  # a sign since then
        (14, 0, Voice.ASK),
        (21, 1, Voice.ASK),
        (35, 3, Voice.ASK),
        (36, 4, Voice.REST),
        (14, 4, Voice.REST),
        (400, 5, Voice.REST),
        (400, 0, Voice.ASK),
    ],
)
def test_the_voice_follows_the_days_of_silence(days: int, asked: int, expected: Voice) -> None:
    assert voice(SIGNED, asked, SIGNED + timedelta(days=days)) is expected


def test_no_day_is_held_against_anybody_from_the_day_after_the_first_weekly_mail() -> None:
    first_mail = next(
        day for n in range(99) if voice(SIGNED, 0, day := SIGNED + timedelta(days=n)) is Voice.ASK
    )
    assert silent_since(SIGNED) == first_mail + timedelta(days=1) == date(2026, 3, 7)


def test_asking_goes_on_for_a_month() -> None:
    assert timedelta(days=28) == MOST_ASKS * ASK_EVERY
