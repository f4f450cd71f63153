"""Letters as the service writes them, made without a database, for every branch of every template."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from email.headerregistry import Address
from typing import Any

from service.actions.letters import letter
from service.actions.sections import Section
from service.domain.chain import Ledger, Outcome
from service.domain.growth import Version
from service.domain.ladder import Deed, Rung, rung_on
from service.domain.record import Record
from service.domain.schedule import ONE_DAY, Schedule, Span
from service.domain.sizes import Form, Versions
from service.mail.addresses import Addresses
from service.mail.compose import Letter, Sender
from service.storage.models import Delivery, Goal, Person

SECRET = "a secret for tests only"
DAY = date(2026, 3, 11)  # a Wednesday
NOW = datetime(2026, 3, 11, 7, 0, tzinfo=UTC)


def sender(host: str = "kaizen.example.org") -> Sender:
    """Return a sender at a host."""
    return Sender(Address("Kaizen", "kaizen", host), f"https://{host}", Addresses(SECRET, host))


def write(
    kind: str = "daily",
    payload: dict[str, Any] | None = None,
    ledger: Ledger | None = None,
    now: datetime = NOW,
    **goal: Any,
) -> Letter:
    """Return the letter of a delivery of DAY."""
    return letter([section(kind, payload, Record(ledger or LEDGERS["a chain"]), **goal)], sender(), now)


def section(
    kind: str = "daily",
    payload: dict[str, Any] | None = None,
    record: Record | None = None,
    memory: tuple[str, str] | None = None,
    email: str = "ann@example.org",
    **goal: Any,
) -> Section:
    """Return one goal's part of a mail of DAY."""
    fields = {
        "title": "Write a book",
        "step": "Write 1 sentence",
        "state": "active",
        "starts_on": date(2026, 3, 2),
        "send_at": time(8),
        "weekdays": 127,
        "direction": "more",
        "next_due_at": datetime(2026, 3, 12, 7, 0, tzinfo=UTC),
        **goal,
    }
    delivery = Delivery(
        id=5,
        kind=kind,
        day=DAY,
        goal_id=17,
        message_id=f"<0123456789abcdef.{kind}@kaizen.example.org>",
        payload=payload or {},
        goal=Goal(id=17, person_id=4, person=Person(id=4, email=email, zone="Europe/Berlin"), **fields),
    )
    return Section(delivery, record or Record(LEDGERS["a chain"]), memory)


def story(pattern: str, *steps: tuple[int, str, Versions], why: str = "offer") -> Record:
    """Return a record of days as `days` writes them, on rungs that began so many days before DAY."""
    ledger = days(pattern)
    rungs = tuple(
        Rung(number, DAY - timedelta(days=back), words, read_amount(words), "sentence", None, why, versions)
        for number, (back, words, versions) in enumerate(steps, 1)
    )
    deeds = {day: Deed(Version.FULL, rung_on(rungs, day).amount, "sentence") for day in ledger.outcomes}
    return Record(ledger, rungs, deeds)


def read_amount(words: str) -> Decimal | None:
    """Return the first number of a step."""
    return next((Decimal(word) for word in words.split() if word.isdigit()), None)


def answer(name: str, args: dict[str, Any] | None = None, **more: Any) -> Letter:
    """Return the letter of an answer to a reply."""
    return write("answer", {"answer": name, "args": args or {}, "subject": "Write 1 sentence"}, **more)


def days(pattern: str, **more: Any) -> Ledger:
    """Return a ledger whose days end yesterday: `d` done, `s` skipped, `p` paused, `.` missed."""
    first = DAY - timedelta(days=len(pattern))
    dated = {first + timedelta(days=index): letter for index, letter in enumerate(pattern)}
    outcomes = {"d": Outcome.DONE, "s": Outcome.SKIPPED}
    return Ledger(
        Schedule(first, **more),
        {day: outcomes[letter] for day, letter in dated.items() if letter in outcomes},
        [Span(day, day) for day, letter in dated.items() if letter == "p"],
    )


LEDGERS = {
    "first": days(""),
    "a chain": days("ddd"),
    "one day": days(".d"),
    "bent": days("dd."),
    "a longer one before": days("ddd..d"),
    "broken": days("dd.."),
    "nothing yet": days("..."),
    "skipped": days("ds"),
    "paused": days("dp"),
    "off": days("dd", weekdays=frozenset({0, 2})),
}

# What a reply can be answered, by the name of its branch: the letter, and how its text begins.
OPEN, DATED, NO_MAIL = {"open": True}, {"open": False}, {"next_due_at": None}
ANSWERS: dict[str, tuple[Letter, str]] = {
    "done": (answer("done", {"note": ""}), "Done for today."),
    "done with a note": (answer("done", {"note": "easy"}), "Done for today. Your note is kept with it."),
    "skipped": (answer("skipped"), "Skipped for today."),
    "undone": (answer("undone"), "Taken back: today is open again."),
    "nothing_to_undo": (answer("nothing_to_undo"), "There was nothing to take back for today"),
    "too_late": (answer("too_late"), "That mail is more than a week old"),
    "paused for good": (
        answer("paused", OPEN, **NO_MAIL),
        "Paused. No mail with this step comes until you reply resume",
    ),
    "paused": (answer("paused", DATED), "Paused. Your next step comes tomorrow"),
    "resumed": (answer("resumed"), "Welcome back. Your next step comes tomorrow."),
    "not_paused": (answer("not_paused"), "You were not paused, so nothing has changed."),
    "step_changed": (answer("step_changed"), "Your step is now: Write 1 sentence"),
    "step_changed, and back": (
        answer("step_changed", {"before": "Write a page"}),
        "Your step is now: Write 1 sentence",
    ),
    "step_changed, with days": (
        answer("step_changed", {"days": "on Monday and Thursday"}),
        "Your step is now: Write 1 sentence, on Monday and Thursday",
    ),
    "step_changed, a leap": (
        answer("step_changed", {"tiny": "write 1 word"}),
        "Your step is now: Write 1 sentence",
    ),
    "smallest": (answer("smallest"), '"Write 1 sentence" is as small as a number gets'),
    "smallest, and a finer one": (
        answer("smallest", {"tiny": "Write 1 word"}),
        '"Write 1 sentence" is as small as a number gets',
    ),
    "no_amount for that size": (
        answer("no_amount", {"direction": "that size"}),
        'I could not fit that amount into "Write 1 sentence"',
    ),
    "stayed": (answer("stayed"), "It stays as it is: Write 1 sentence."),
    "nothing_to_keep": (answer("nothing_to_keep"), 'There is no smaller version of "Write 1 sentence"'),
    "own_size": (answer("own_size"), "Back to your own size: Write 1 sentence"),
    "grows": (answer("grows", {"on": True}), "From now on your step grows by itself"),
    "grows no more": (answer("grows", {"on": False}), "From now on I ask before your step grows."),
    "better": (answer("better", {"note": "a pen on the desk"}), "Kept: a pen on the desk"),
    "arranged": (answer("arranged"), "Arranged. Your step comes every day at 08:00, Europe/Berlin."),
    "arranged in a pause": (answer("arranged", **NO_MAIL), "Arranged. Once you resume, your step comes"),
    "strict": (answer("strict", {"on": True}), "Strict it is: one missed day ends the chain."),
    "strict no more": (answer("strict", {"on": False}), "One missed day only bends your chain again."),
    "quiet": (answer("quiet", {"on": True}), "Quiet it is: a plain done gets no answer any more."),
    "quiet no more": (answer("quiet", {"on": False}), "I answer every done again."),
    "added": (answer("added", {"goal": "Call more", "step": "Call one friend"}), "Added: Call more"),
    "added, a leap": (
        answer("added", {"goal": "Read", "step": "read 30 pages", "tiny": "read 1 page"}),
        "Added: Read",
    ),
    "full": (answer("full"), "You have three goals already"),
    "which": (
        answer("which", {"line": "smaller", "steps": ["Walk", "Write"]}),
        "That mail had several steps, so nothing has changed.",
    ),
    "done, of several": (answer("done", {"note": "", "steps": ["Walk", "Write"]}), "For these steps:"),
    "no_amount": (
        answer("no_amount", {"direction": "smaller"}),
        'I could not make "Write 1 sentence" smaller',
    ),
    "no_amount up": (
        answer("no_amount", {"direction": "bigger"}),
        'I could not make "Write 1 sentence" bigger',
    ),
    "status": (answer("status"), "Your step: Write 1 sentence"),
    "status paused": (answer("status", **NO_MAIL), "Your step: Write 1 sentence"),
    "left": (answer("left", state="ended", **NO_MAIL), "You have left, and no more mail will come."),
    "not_active": (answer("not_active", state="pending"), "This goal is not getting a daily step"),
    "hint": (answer("hint"), "A reply to this mail came from an address that looks like a variant of yours"),
    "help": (answer("help"), "Reply to any of my mails with one of these on the first line:"),
    "unclear": (answer("unclear", {"line": "donut", "why": ""}), 'I read "donut" and did not understand it'),
    "unclear why": (
        answer("unclear", {"line": "pause maybe", "why": "A pause needs a length I know."}),
        'I read "pause maybe", and nothing has changed. A pause needs a length I know. Reply help',
    ),
    "unclear empty": (
        answer("unclear", {"line": "", "why": ""}),
        "I found no words of yours at the top of",
    ),
}

ONE = Versions(grown=Form("Write 2 sentences", Decimal(2)), tiny=Form("Write 1 word"), units="sentences")
THREE = Versions(
    grown=Form("Write 4 sentences", Decimal(4)),
    light=Form("Write 2 sentences", Decimal(2)),
    tiny=Form("Write 1 sentence", Decimal(1)),
    units="sentences",
)
NO_NEXT = Versions(units="sentences")
MORE_DAYS = Versions(grown=Form("Write 1 sentence"), grown_weekdays=frozenset({0, 3}))
LONG_AGO = {"starts_on": DAY - timedelta(days=14)}
# Mails that tell something beside the step, or ask for less of it, by what they do.
TOLD: dict[str, tuple[Section, ...]] = {
    "offer": (section(record=story("d" * 14, (14, "Write 1 sentence", ONE)), **LONG_AGO),),
    "offer of days": (section(record=story("d" * 14, (14, "Write 1 sentence", MORE_DAYS)), **LONG_AGO),),
    "easy": (section(record=story("d" * 14, (14, "Write 1 sentence", NO_NEXT)), **LONG_AGO),),
    "grew": (
        section(
            record=story("ddd", (3, "Write 1 sentence", ONE), (0, "Write 2 sentences", THREE), why="grew")
        ),
    ),
    **{
        f"milestone {count}": (section(record=story("d" * count, (1, "Write 1 sentence", ONE)), **LONG_AGO),)
        for count in (7, 21, 66, 100, 365)
    },
    "memory": (section(record=story("ddd", (3, "Write 1 sentence", ONE)), memory=("week", "it was easy")),),
    "ladder": (
        section(
            record=story("d" * 12, (12, "Write 1 sentence", ONE), (3, "Write 3 sentences", THREE)),
            starts_on=DAY - timedelta(days=7),
        ),
    ),
    "ladder of one": (
        section(record=story("ddd", (3, "Write 1 sentence", ONE)), starts_on=DAY - timedelta(days=7)),
    ),
    "ladder of a limit": (
        section(
            record=story("ddd", (3, "Write 1 sentence", ONE)),
            starts_on=DAY - timedelta(days=7),
            direction="less",
        ),
    ),
    "our fault": (
        section(record=replace(story("dddp", (4, "Write 1 sentence", ONE)), faults=(Span(DAY - ONE_DAY),))),
    ),
    "light": (section(record=story("dd..", (4, "Write 3 sentences", THREE))),),
    "light again": (section(record=story("dd....", (6, "Write 3 sentences", THREE))),),
    "light, a limit": (section(record=story("dd..", (4, "Write 3 sentences", THREE)), direction="less"),),
    "a limit": (section(record=story("dd", (2, "Write 3 sentences", THREE)), direction="less"),),
    "a limit without an amount": (section(direction="less", title="Less phone"),),
    "first, a limit": (section(direction="less", starts_on=DAY),),
    "several": (
        section(record=story("dd..", (4, "Write 3 sentences", THREE))),
        section(title="Walk", step="Walk for 5 minutes"),
        section("asking", record=story("dd..", (4, "Write 3 sentences", THREE)), title="Sing", step="Sing"),
    ),
    "asking": (section("asking"),),
    "asking, easier": (section("asking", record=story("dd..", (4, "Write 3 sentences", THREE))),),
    "asking, a limit": (section("asking", direction="less"),),
    "asking of two": (section("asking"), section("asking", title="Walk", step="Walk for 5 minutes")),
    "resting": (section("resting"),),
    "resting, two": (section("resting"), section("resting", title="Walk")),
}

# Every branch of every template.
LETTERS: dict[str, Letter] = {
    "confirm": write("confirm", state="pending"),
    "offer": write("offer", state="pending"),
    **{
        f"daily, {name}": write("daily", ledger=ledger, starts_on=ledger.schedule.starts)
        for name, ledger in LEDGERS.items()
    },
    **{f"told, {name}": letter(parts, sender(), NOW) for name, parts in TOLD.items()},
    **{f"answer, {name}": found for name, (found, _) in ANSWERS.items()},
    **{
        f"answer of status, {name}": answer("status", ledger=ledger, starts_on=ledger.schedule.starts)
        for name, ledger in LEDGERS.items()
    },
}
