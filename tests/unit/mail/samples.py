"""Letters as the service writes them, made without a database, for every branch of every template."""

from datetime import UTC, date, datetime, time, timedelta
from email.headerregistry import Address
from typing import Any

from service.actions.letters import letter
from service.domain.chain import Ledger, Outcome
from service.domain.schedule import Schedule, Span
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
    email: str = "ann@example.org",
    **goal: Any,
) -> Letter:
    """Return the letter of a delivery of DAY."""
    fields = {
        "title": "Write a book",
        "step": "Write 1 sentence",
        "state": "active",
        "starts_on": date(2026, 3, 2),
        "send_at": time(8),
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
    return letter(delivery, ledger or LEDGERS["a chain"], sender(), now)


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
    "paused for good": (answer("paused", OPEN, **NO_MAIL), "Paused. No mail comes until you reply resume"),
    "paused": (answer("paused", DATED), "Paused. Your next step comes tomorrow"),
    "resumed": (answer("resumed"), "Welcome back. Your next step comes tomorrow."),
    "not_paused": (answer("not_paused"), "You were not paused, so nothing has changed."),
    "step_changed": (answer("step_changed"), "Your step is now: Write 1 sentence"),
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
    "help": (answer("help"), "Reply to any of my mails with one of these on the first line:"),
    "unclear": (answer("unclear", {"line": "donut", "why": ""}), 'I read "donut" and did not understand it'),
    "unclear why": (
        answer("unclear", {"line": "pause maybe", "why": "A pause needs a length I know."}),
        'I read "pause maybe" and did not understand it, so nothing has changed. A pause needs',
    ),
    "unclear empty": (
        answer("unclear", {"line": "", "why": ""}),
        "I found no words of yours at the top of",
    ),
}

# Every branch of every template.
LETTERS: dict[str, Letter] = {
    "confirm": write("confirm", state="pending"),
    "offer": write("offer", state="pending"),
    **{
        f"daily, {name}": write("daily", ledger=ledger, starts_on=ledger.schedule.starts)
        for name, ledger in LEDGERS.items()
    },
    **{f"answer, {name}": found for name, (found, _) in ANSWERS.items()},
    **{
        f"answer of status, {name}": answer("status", ledger=ledger, starts_on=ledger.schedule.starts)
        for name, ledger in LEDGERS.items()
    },
}
