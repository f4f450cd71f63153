"""Pruning: what has served its time goes, in small batches, and nothing that is still of use."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from service.actions import prune as pruning
from service.actions.outbox import Outbox
from service.actions.prune import KEEP, KEEP_QUARANTINED, KEEP_WORDS, prune
from service.actions.receive import keep
from service.domain.arrival import Arrival, Route
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, Goal, Inbound, InboundState, Stranger
from service.storage.session import Storage
from tests.integration.crowd import DOMAIN, claim_all, crowd, deliveries, due_mails, together

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
OLD, SOON = NOW + KEEP + timedelta(seconds=1), NOW + KEEP - timedelta(seconds=1)
UNSETTLED = {*queries.OPEN_STATES, DeliveryState.JOINED}
FINAL = sorted(set(DeliveryState) - UNSETTLED)


def mails(storage: Storage, size: int, state: DeliveryState = DeliveryState.SENT) -> list[int]:
    """Put mails of that state in at NOW; return their ids."""
    ids = due_mails(storage, size, NOW)
    with storage.write() as session:
        session.execute(update(Delivery).values(state=state))
    return ids


def messages(storage: Storage, *states: InboundState) -> None:
    """Keep a received message of each state at NOW."""
    for number, state in enumerate(states):
        with storage.write() as session:
            raw = b"done %d" % number
            found = keep(
                Outbox(session, NOW, DOMAIN), Arrival(Route.SMTP, "ann@example.org", f"reply-x@{DOMAIN}", raw)
            )
            session.execute(update(Inbound).where(Inbound.id == found).values(state=state))


def count(storage: Storage, model: type) -> int:
    with storage.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("state", FINAL)
def test_a_settled_mail_goes_once_it_is_old(storage: Storage, state: DeliveryState) -> None:
    mails(storage, 3, state)
    assert prune(storage, SOON) == (0, 0)
    assert prune(storage, OLD) == (3, 0)
    assert deliveries(storage) == []
    assert count(storage, Goal) == 3


@pytest.mark.parametrize("state", sorted(UNSETTLED))
def test_a_mail_that_is_not_settled_stays_however_old(storage: Storage, state: DeliveryState) -> None:
    mails(storage, 2, state)
    assert prune(storage, OLD) == (0, 0)
    assert len(deliveries(storage)) == 2


def test_a_received_message_goes_once_somebody_read_it_and_it_is_old(storage: Storage) -> None:
    messages(storage, *InboundState)
    assert prune(storage, SOON) == (0, 0)
    assert prune(storage, OLD) == (0, 2)
    with storage.read() as session:
        assert session.scalars(select(Inbound.state)).all() == [InboundState.NEW]


def words(storage: Storage) -> dict[str, bool]:
    """Return of which messages, by their state, the words are still there."""
    with storage.read() as session:
        return {row.state: bool(row.raw and row.mail_from) for row in session.scalars(select(Inbound))}


def test_the_words_of_a_message_go_long_before_its_row_which_makes_it_count_once(storage: Storage) -> None:
    messages(storage, *InboundState)
    prune(storage, NOW + KEEP_WORDS)
    assert words(storage) == dict.fromkeys(InboundState, True)
    prune(storage, NOW + KEEP_WORDS + timedelta(minutes=2))
    read = {InboundState.DONE: False, InboundState.IGNORED: False}
    assert words(storage) == {**dict.fromkeys(InboundState, True), **read}
    with storage.write() as session:
        again = Arrival(Route.SMTP, "ann@example.org", f"reply-x@{DOMAIN}", b"done 1")
        assert keep(Outbox(session, NOW + KEEP_WORDS, DOMAIN), again) is None


def test_a_quarantined_message_waits_sixty_days_for_an_operator(storage: Storage) -> None:
    messages(storage, InboundState.QUARANTINED)
    prune(storage, NOW + KEEP_QUARANTINED)
    assert count(storage, Inbound) == 1
    prune(storage, NOW + KEEP_QUARANTINED + timedelta(minutes=2))
    assert count(storage, Inbound) == 0


def test_many_messages_are_emptied_in_bounded_batches_and_none_is_met_again(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    monkeypatch.setattr(pruning, "MOST", 2)
    later = NOW + KEEP_WORDS + timedelta(days=1)
    messages(storage, *[InboundState.DONE] * 7)
    left = []
    for _ in range(3):
        prune(storage, later)
        with storage.read() as session:
            left.append(len(session.scalars(select(Inbound.id).where(Inbound.raw != b"")).all()))
    assert left == [3, 0, 0]
    with storage.read() as session:
        assert min(session.scalars(select(Inbound.lease_until))) == later + KEEP


def test_what_is_known_of_a_stranger_goes_after_thirty_days(storage: Storage) -> None:
    with storage.write() as session:
        session.add(Stranger(digest="x" * 64, answered_on=NOW.date()))
    prune(storage, NOW + timedelta(days=30))
    assert count(storage, Stranger) == 1
    prune(storage, NOW + timedelta(days=31))
    assert count(storage, Stranger) == 0


def test_it_goes_on_past_what_must_stay_and_stops_at_what_is_young(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    ids = mails(storage, 7)
    with storage.write() as session:
        stuck = update(Delivery).where(Delivery.id.in_(ids[:3]))
        session.execute(stuck.values(state=DeliveryState.JOINED))
    later = NOW + timedelta(days=1)
    claim_all(storage, later)
    with storage.write() as session:
        session.execute(update(Delivery).where(Delivery.created_at == later).values(state="sent"))
    assert prune(storage, OLD) == (4, 0)
    assert [row.id for row in deliveries(storage)][:3] == ids[:3]
    assert {row.created_at for row in deliveries(storage)[3:]} == {later}
    assert len(deliveries(storage)) == 10


def test_a_run_is_bounded_and_the_next_one_goes_on(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    monkeypatch.setattr(pruning, "MOST", 2)
    ids = mails(storage, 9)
    gone = []
    while (went := prune(storage, OLD)[0]) > 0:
        gone.append(went)
        assert [row.id for row in deliveries(storage)] == ids[sum(gone) :]
    assert gone == [4, 4, 1]


def test_two_runs_at_the_same_time_delete_each_row_once(
    storage: Storage, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 3)
    mails(storage, 30)
    found = together(database_url, 2, lambda own: prune(own, OLD))
    assert sum(went for went, _ in found) == 30
    assert deliveries(storage) == []


def test_a_goal_goes_on_after_its_old_mails_are_gone(storage: Storage) -> None:
    crowd(storage, 1, NOW - timedelta(days=1))
    claim_all(storage, NOW)
    with storage.write() as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENT))
    prune(storage, OLD)
    assert len(claim_all(storage, OLD)[1]) == 1
