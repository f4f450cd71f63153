"""The drawing of the last days: a span a day, and a label that says the same."""

from datetime import date

import pytest

from service.domain.chain import Mark
from service.web.days import drawing


@pytest.mark.parametrize(
    ("mark", "symbol", "words"),
    [
        (Mark.DONE, "✓", "done"),
        (Mark.MISSED, "○", "missed"),
        (Mark.OPEN, "", "still open"),
        (Mark.SKIPPED, "–", "skipped"),
        (Mark.PAUSED, "–", "paused"),
        (Mark.OFF, "·", "no step"),
    ],
)
def test_a_day_has_its_symbol_and_its_words(mark: Mark, symbol: str, words: str) -> None:
    assert drawing([(date(2026, 3, 2), mark)]) == (
        f'<div class="days" role="img" aria-label="Today: Monday {words}">\n'
        f'<span class="day {mark.value}" aria-hidden="true">{symbol}</span>\n</div>\n'
    )


def test_days_stand_in_their_order() -> None:
    drawn = drawing([(date(2026, 3, 7), Mark.DONE), (date(2026, 3, 8), Mark.OPEN)])
    assert 'aria-label="The last 2 days: Saturday done, Sunday still open"' in drawn
    assert drawn.index("day done") < drawn.index("day open")
