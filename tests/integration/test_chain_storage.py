"""The chain as computed from the database is the chain as computed from what was put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.actions.check_in import Day, check_in, undo
from service.actions.outbox import Outbox
from service.domain.chain import Ledger, Outcome, chain, drawn
from service.domain.schedule import Schedule, Span, weekdays_to_mask
from service.storage import records
from service.storage.models import Goal, GoalState, Pause, PausedBy, Person
from service.storage.session import Storage
from tests.integration.crowd import DOMAIN

START = date(2026, 1, 5)
DAYS = 20
TODAY = START + timedelta(days=DAYS - 1)
NOW = datetime(2026, 1, 24, 12, 0, tzinfo=UTC)
numbers = count(1)


@dataclass(frozen=True)
class History:
    """What happened to one goal: what was said of its days in turn (None takes it back), and its pauses."""

    said: Sequence[tuple[date, Outcome | None]]
    pauses: Sequence[Span]
    weekdays: frozenset[int]
    strict: bool

    @property
    def ledger(self) -> Ledger:
        outcomes: dict[date, Outcome] = {}
        for day, outcome in self.said:
            if outcome is None:
                outcomes.pop(day, None)
            else:
                outcomes[day] = outcome
        return Ledger(Schedule(START, self.weekdays), outcomes, self.pauses, self.strict)


days = st.integers(0, DAYS - 1).map(lambda offset: START + timedelta(days=offset))
spans = st.builds(
    lambda first, length: Span(first, None if length is None else first + timedelta(days=length)),
    days,
    st.none() | st.integers(0, 9),
)
answers = st.sampled_from([*[Outcome.DONE] * 3, Outcome.SKIPPED, None])
histories = st.builds(
    lambda first, changed, *rest: History([*first, *changed], *rest),
    st.lists(answers, min_size=DAYS, max_size=DAYS).map(
        lambda said: [(START + timedelta(days=n), answer) for n, answer in enumerate(said)]
    ),
    st.lists(st.tuples(days, answers), max_size=6),
    st.lists(spans, max_size=3),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.booleans(),
)


def live(storage: Storage, history: History) -> Goal:
    """Let a new person live a history, through the actions that pages and replies use."""
    with storage.write() as session:
        person = Person(email=f"p{next(numbers)}@example.org", zone="UTC", created_at=NOW)
        goal = Goal(
            person=person,
            title="Write a book",
            step="Write 1 sentence",
            send_at=time(8),
            weekdays=weekdays_to_mask(history.weekdays),
            strict=history.strict,
            state=GoalState.ACTIVE,
            created_at=NOW,
            starts_on=START,
            zone="UTC",
        )
        session.add(goal)
        session.flush()
        outbox = Outbox(session, NOW, DOMAIN)
        for day, outcome in history.said:
            own = Day(goal, day, TODAY)
            if outcome is None:
                undo(outbox, own)
            else:
                check_in(outbox, own, outcome, "link")
        for span, by in zip(history.pauses, (PausedBy.PERSON, PausedBy.US, PausedBy.PERSON), strict=False):
            session.add(Pause(goal_id=goal.id, first_day=span.first, last_day=span.last, by=by))
    return goal


# Each example adds people of its own to the test's database, so that it need not be emptied in between.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # shrinking would go through the database for minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lived=st.lists(histories, min_size=1, max_size=2), ago=st.integers(0, DAYS - 1))
def test_the_chain_through_the_database_is_the_pure_chain(
    storage: Storage, lived: list[History], ago: int
) -> None:
    goals = [live(storage, history) for history in lived]
    today = TODAY - timedelta(days=ago)
    with storage.read() as session:
        found = records.records(session, [session.get_one(Goal, goal.id) for goal in goals])
    assert list(found) == [goal.id for goal in goals]
    for goal, history in zip(goals, lived, strict=True):
        assert chain(found[goal.id].ledger, today) == chain(history.ledger, today)
        assert drawn(found[goal.id].ledger, today) == drawn(history.ledger, today)
