"""The chain drawn so that it works with images off: characters in text, coloured cells in HTML."""

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup

from service.domain.chain import Mark

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


def as_text(days: Iterable[tuple[date, Mark]]) -> str:
    """Return the days as one line of symbols, oldest first, with a legend of those that occur."""
    drawn = [mark for _, mark in days]
    seen = set(drawn)
    legend = ", ".join(words for kinds, words in _LEGEND if kinds & seen)
    return f"{' '.join(SYMBOLS[mark] for mark in drawn)}\n({legend})"


def as_html(days: Iterable[tuple[date, Mark]]) -> Markup:
    """Return the days as a row of cells that a screen reader speaks as one sentence."""
    drawn = list(days)
    spoken = ", ".join(f"{day:%A} {_WORDS.get(mark, mark)}" for day, mark in drawn)
    # Nothing in here comes from a person: marks and dates only.
    return Markup(  # noqa: S704
        f'<table role="img" aria-label="{spoken}" cellpadding="0" cellspacing="0" border="0"><tr>'
        + "".join(_CELLS[mark] for _, mark in drawn)
        + "</tr></table>"
    )
