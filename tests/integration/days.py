"""A person walked through thirty local days, hour by hour, and what each of their mails says of the chain."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.smtp import Mail
from tests.world import World

DAYS = 30
ACTS_AT = "20h"  # the local hour at which people act, unless their script says another

LEGEND = {
    "●": "● done",
    "○": "○ missed",
    "–": "– skipped or paused",
    "·": "· no step that day",
    "◌": "◌ today",
}
YESTERDAY = {
    "done": "Yesterday: done.",
    "skipped": "Yesterday: skipped, which is fine.",
    "skipped, bent": (
        "Yesterday: skipped, which is fine. The chain is bent by one missed day; today straightens it."
    ),
    "paused": "Yesterday your chain waited.",
    "bent": "Yesterday slipped by. One day only bends a chain; today straightens it.",
    "off, bent": "The chain is bent by one missed day; today straightens it.",
    "broken": "Yesterday slipped by. Today can be as small as you like.",
    "twice": (
        "Two days slipped by. That happens, and the small version above counts in full. "
        "If it is too much for now, reply step: and an easier one in your own words."
    ),
    "more": "Today can be as small as you like.",
}
# What a mail tells beside the chain (milestones, the ladder) has tests of its own.
BESIDE = re.compile(
    r"[0-9]+ days done\. |[0-9]+ sentences? so far|[0-9]+ (→|sentences? since|sentences? so far) |"
    r"This has become easy|Grow:|Stay as it is:|https:"
)
BEGIN_AGAIN = "They stay yours; a new chain begins with one small step."


@dataclass(frozen=True)
class Walker:
    """A person and their hand-written month.

    `mail_at` holds, from a day on, the UTC time at which the mail must come. Each row of the table is
    `day | what the person does | the chain in words | as drawn | what is said of yesterday`, where … and ¶
    stand for `BEGIN_AGAIN` and a new line. A row `re` is an answer to what the person wrote; a row with
    nothing drawn is a day without a mail. The person does `done` (clicks today's link), `done 8` (clicks
    day 8's), `undo` (presses it on the done page), and replies what stands in quotes to the newest mail,
    in the evening, or just after midnight where `0h` stands before it.
    """

    zone: str
    signs_up: datetime
    send_at: str
    mail_at: dict[int, str]
    table: str
    days: list[str] = field(default_factory=list)

    @property
    def first(self) -> date:
        return self.signs_up.astimezone(ZoneInfo(self.zone)).date()

    def rows(self) -> list[list[str]]:
        return [[cell.strip() for cell in row.split("|")] for row in self.table.strip().splitlines()]

    def script(self) -> dict[tuple[int, str], list[str]]:
        """Return what the person does, by day and hour."""
        does: dict[tuple[int, str], list[str]] = {}
        for day, actions, *_ in self.rows():
            for action in actions.split(", ") if day != "re" else ():
                hour, _, early = action.partition(" ")
                key = (int(day), hour if hour == "0h" else ACTS_AT)
                does.setdefault(key, []).append(early if hour == "0h" else action)
        return does

    def expected(self) -> list[str]:
        """Return what each mail must say, in order."""
        told = []
        for day, _, words, drawing, *yesterday in self.rows():
            if drawing:
                said = YESTERDAY.get("".join(yesterday), "")
                chain = words.replace("…", BEGIN_AGAIN).replace(" ¶ ", "\n")
                legend = f"({', '.join(LEGEND[symbol] for symbol in LEGEND if symbol in drawing)})"
                block = [" ".join(drawing), legend, chain, said]
                told.append("\n".join(line for line in (self._title(day), *block) if line))
        return told

    def _title(self, day: str) -> str:
        if day == "re":
            return "answer"
        return title(int(day), self.mail_at[max(since for since in self.mail_at if since <= int(day))])


def title(day: int, utc: str) -> str:
    return f"day {day}, sent at {utc} UTC"


@dataclass
class Walk:
    """One walk: turns the clock by the hour, lets the person act, and writes down what comes."""

    world: World
    person: Walker
    daily: dict[int, Mail] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def go(self) -> list[str]:
        world, person = self.world, self.person
        world.time = person.signs_up
        fields: dict[str, Any] = {"days": person.days} if person.days else {}
        self._write_down([world.start(timezone=person.zone, send_at=person.send_at, **fields)])
        script = person.script()
        while (local := world.time.astimezone(ZoneInfo(person.zone))).date() < self._last:
            day = (local.date() - person.first).days + 1
            for action in script.pop((day, f"{local.hour}h"), ()):
                self._act(day, action)
            before = len(world.mails)
            world.later(hours=1)
            self._write_down(world.mails[before:])
        assert not script, f"never done: {script}"
        return self.told

    @property
    def _last(self) -> date:
        return self.person.first + timedelta(days=DAYS)

    def _act(self, day: int, action: str) -> None:
        word, _, which = action.partition(" ")
        if action.startswith('"'):
            (answer,) = self.world.reply(self.daily[max(self.daily)], action.strip('"'))
            self.told.append("\n".join(["answer", *_of_the_chain(answer)]))
        elif word == "done":
            credited = int(which or day)
            page = self.world.press(self.daily[credited].link("done"))
            named = self.person.first + timedelta(days=credited - 1)
            wanted = f"{named:%A} {named.day} {named:%B}" if which else "today"
            assert f"Done for {wanted}" in page.text, page.text
        elif word == "undo":
            page = self.world.press(self.daily[day].link("done"))
            assert "Taken back" in page.text, page.text

    def _write_down(self, mails: list[Mail]) -> None:
        for mail in mails:
            sent = mail.message["Date"].datetime.astimezone(UTC)
            day = (sent.astimezone(ZoneInfo(self.person.zone)).date() - self.person.first).days + 1
            assert day not in self.daily, f"two mails on day {day}"
            self.daily[day] = mail
            self.told.append("\n".join([title(day, f"{sent:%H:%M}"), *_of_the_chain(mail)]))


def _of_the_chain(mail: Mail) -> list[str]:
    """Return all lines from the drawing to the rule above the small print, without the blank ones."""
    lines = [line.strip() for line in mail.text.splitlines()]
    start = next(i for i, line in enumerate(lines) if line and set(line) <= {*LEGEND, " "})
    end = lines.index("---") if "---" in lines else len(lines)
    return [line for line in lines[start:end] if line and not BESIDE.match(line)]
