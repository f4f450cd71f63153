"""The chain drawn so that it works with images off: characters in text, coloured cells in HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from markupsafe import Markup

from service.domain.chain import Mark
from service.mail.quoted import SOFT_BREAK, quoted
from service.mail.slots import Ready

SYMBOLS = {
    Mark.DONE: "●",
    Mark.MISSED: "○",
    Mark.OPEN: "◌",
    Mark.SKIPPED: "–",
    Mark.PAUSED: "–",
    Mark.OFF: "·",
}
_LEGEND = (
    ({Mark.DONE}, "● done"),
    ({Mark.MISSED}, "○ missed"),
    ({Mark.SKIPPED, Mark.PAUSED}, "– skipped or paused"),
    ({Mark.OFF}, "· no step that day"),
    ({Mark.OPEN}, "◌ today"),
)
_CELL = (
    "box-sizing:border-box;width:18px;height:18px;line-height:18px;border-radius:9px;"
    "text-align:center;font-size:11px;"
)
_STYLES = {
    Mark.DONE: "background-color:#2f7d5b;color:#ffffff;",
    Mark.MISSED: "background-color:#efe3d0;color:#7a6a52;",
    Mark.OPEN: "border:1px dashed #2f7d5b;color:#2f7d5b;",
}
_QUIET = "color:#8a8378;"
_WORDS = {Mark.OPEN: "still open", Mark.OFF: "no step"}

_CELLS = {
    mark: (
        f'<td style="padding:2px 1px;"><div class="{mark}" style="{_CELL}{_STYLES.get(mark, _QUIET)}">'
        f"{'✓' if mark is Mark.DONE else symbol}</div></td>"
    )
    for mark, symbol in SYMBOLS.items()
}


_BEGIN = '<table role="img" aria-label="'
_AFTER_WORDS = '" cellpadding="0" cellspacing="0" border="0"><tr>'
_END = "</tr></table>"


def as_text(days: Iterable[tuple[date, Mark]]) -> str:
    """Return the days as one line of symbols, oldest first, with a legend of those that occur."""
    drawn = [mark for _, mark in days]
    return f"{' '.join(SYMBOLS[mark] for mark in drawn)}\n{_legend(frozenset(drawn))}"


@cache
def _legend(seen: frozenset[Mark]) -> str:
    return f"({', '.join(words for kinds, words in _LEGEND if kinds & seen)})"


def as_html(days: Iterable[tuple[date, Mark]]) -> Markup:
    """Return the days as a row of cells that a screen reader speaks as one sentence."""
    drawn = list(days)
    spoken = ", ".join(f"{day:%A} {_WORDS.get(mark, mark)}" for day, mark in drawn)
    # Nothing in here comes from a person: marks and dates only.
    return Markup(  # noqa: S704
        f"{_BEGIN}{spoken}{_AFTER_WORDS}{''.join(_CELLS[mark] for _, mark in drawn)}{_END}"
    )


# The same, encoded a day at a time; each piece but the last ends in a soft break.
_IN_A_LINE = 7  # symbols, of ten characters each
_MONDAY = date(2024, 1, 1)
_QUOTED_SYMBOLS = {mark: quoted(symbol) for mark, symbol in SYMBOLS.items()}
_QUOTED_CELLS = {mark: quoted(cell) + SOFT_BREAK for mark, cell in _CELLS.items()}
_SPOKEN = [
    {mark: f"{_MONDAY + timedelta(days=weekday):%A} {_WORDS.get(mark, mark)}" for mark in Mark}
    for weekday in range(7)
]
_quoted_legend = cache(lambda seen: quoted(_legend(seen)))


@dataclass(frozen=True, slots=True)
class Drawing(Ready):
    """Days with their marks, oldest first, as mails draw them."""

    days: Sequence[tuple[date, Mark]]

    def __str__(self) -> str:
        return as_text(self.days)

    def __html__(self) -> str:
        return as_html(self.days)

    def quoted_text(self) -> str:
        """Return the symbols and their legend, encoded."""
        drawn = [mark for _, mark in self.days]
        symbols = [_QUOTED_SYMBOLS[mark] for mark in drawn]
        lines = [" ".join(symbols[at : at + _IN_A_LINE]) for at in range(0, len(symbols), _IN_A_LINE)]
        return f"{f' {SOFT_BREAK}'.join(lines)}\r\n{_quoted_legend(frozenset(drawn))}"

    def quoted_html(self) -> str:
        """Return the row of cells, encoded."""
        spoken = f", {SOFT_BREAK}".join([_SPOKEN[day.weekday()][mark] for day, mark in self.days])
        cells = "".join([_QUOTED_CELLS[mark] for _, mark in self.days])
        return f"{_QUOTED_BEGIN}{spoken}{SOFT_BREAK}{_QUOTED_AFTER}{cells}{_END}"


_QUOTED_BEGIN = quoted(_BEGIN) + SOFT_BREAK
_QUOTED_AFTER = quoted(_AFTER_WORDS) + SOFT_BREAK
