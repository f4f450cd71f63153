"""Deliver: a row that can't become a mail is parked after three tries, and never holds up the others."""

import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from service.actions.outbox import Outbox
from service.mail.kinds import ANSWER, DAILY, Kind
from service.storage.models import Delivery, DeliveryState, Goal, Person, Standing
from service.storage.standings import _plain, basis_of, usable
from tests.integration.crowd import DOMAIN, claim_all, crowd, deliveries, send, states, sweep
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
TRIES = 3


def answer(payload: Any) -> Callable[[Outbox, Goal], None]:
    """Put an answer in whose payload is broken, as an older or newer version may have left it."""

    def put(outbox: Outbox, goal: Goal) -> None:
        outbox.put(goal, NOW.date(), ANSWER, payload={"broken": True})
        outbox.session.execute(update(Delivery).values(payload=payload))

    return put


def answer_to_one_who_left(outbox: Outbox, goal: Goal) -> None:
    answer({})(outbox, goal)
    goal.person.left_at = NOW


def unknown_kind(outbox: Outbox, goal: Goal) -> None:
    outbox.put(goal, NOW.date(), Kind("review", lives=timedelta(days=1)))


def unknown_zone(outbox: Outbox, goal: Goal) -> None:
    outbox.put(goal, NOW.date(), DAILY)
    outbox.session.execute(update(Person).where(Person.id == goal.person_id).values(zone="Mars/Base"))
    goal.next_due_at = None


POISONS: dict[str, Callable[[Outbox, Goal], None]] = {
    "payload empty": answer({}),
    "payload of another shape": answer(["done"]),
    "payload without what the sentence needs": answer({"answer": "done"}),
    "payload empty and the person left": answer_to_one_who_left,
    "a kind that we do not know": unknown_kind,
    "a zone that we do not know": unknown_zone,
}


def poisoned(world: World, poison: Callable[[Outbox, Goal], None]) -> list[int]:
    """Return a batch in which the first row is poison and three are not."""
    first, *_ = crowd(world.storage, 4, NOW - timedelta(days=1))
    with world.storage.write() as session:
        goal = session.get_one(Goal, first)
        poison(Outbox(session, NOW, DOMAIN), goal)
        goal.next_due_at = None
    claim_all(world.storage, NOW)
    return [row.id for row in deliveries(world.storage)]


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_poison_row_does_not_hold_up_the_batch_and_is_parked_after_three_tries(
    world: World, poison: Callable[[Outbox, Goal], None]
) -> None:
    ids = poisoned(world, poison)
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 3
    moment = NOW
    for _ in range(TRIES - 1):
        assert states(world.storage)[0] == DeliveryState.QUEUED
        moment += timedelta(minutes=5)
        woken = sweep(world.storage, moment)
        assert woken == ids[:1]
        assert send(world.storage, world.sender, world.sink.server, moment, woken) == 0
    assert states(world.storage) == [DeliveryState.PARKED, *[DeliveryState.SENT] * 3]
    assert deliveries(world.storage)[0].error
    assert sweep(world.storage, NOW + timedelta(days=30)) == []
    assert len(world.mails) == 3


def test_a_poison_row_is_told_to_the_operator_by_its_number_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ids = poisoned(world, answer({}))
    send(world.storage, world.sender, world.sink.server, NOW, ids)
    (told,) = [record for record in caplog.records if record.name.startswith("service")]
    assert told.getMessage() == f"delivery {ids[0]} can't be composed: KeyError"
    assert told.exc_info is None  # what was raised may repeat what a person wrote


def test_a_payload_with_a_header_that_is_two_goes_out_with_one(world: World) -> None:
    payload = {"answer": "help", "args": {}, "in_reply_to": "<a@b>\nBcc: x@y", "references": ""}
    ids = poisoned(world, answer(payload))
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 4
    assert all(mail.message["Bcc"] is None for mail in world.mails)
    assert [mail["In-Reply-To"] for mail in world.mails if "In-Reply-To" in mail.message] == [
        "<a@b> Bcc: x@y"
    ]


def test_a_row_whose_address_is_not_ascii_is_poison_to_itself_alone(world: World) -> None:
    ids = poisoned(world, unknown_zone)[1:]
    with world.storage.write() as session:
        session.execute(update(Person).where(Person.email == "p2@example.org").values(email="pö@example.org"))
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 2
    assert Counter(states(world.storage)[1:]) == {DeliveryState.SENT: 2, DeliveryState.QUEUED: 1}


@pytest.mark.parametrize("doc", ["[1, 2", "{}", '[1, 1, "?"]', '[1, 1, [1], null, {"0": 1}]', "null", ""])
def test_a_standing_that_is_spoilt_is_worked_out_anew(world: World, doc: str) -> None:
    crowd(world.storage, 3, NOW - timedelta(days=1))
    for day in range(2):
        now = NOW + timedelta(days=day)
        _, ids = claim_all(world.storage, now)
        assert send(world.storage, world.sender, world.sink.server, now, ids) == 3
        if day == 0:
            with world.storage.write() as session:
                assert session.execute(update(Standing).values(doc=doc)).rowcount == 3  # type: ignore[attr-defined]
    with world.storage.read() as session:
        assert all(found not in (doc, None) for found in session.scalars(select(Standing.doc)))


@pytest.mark.parametrize("doc", ["[1,1,[20000,127,0,0]]", '[1,1,[738000,127,1,0],127,null,[],"x",null,[],0]'])
def test_a_standing_of_another_shape_holds_for_nothing(world: World, doc: str) -> None:
    crowd(world.storage, 1, NOW - timedelta(days=1))
    goal = world.goal()
    basis = basis_of(goal)
    assert basis is not None
    parts = [1, 1, _plain(basis), *json.loads(doc)[3:]]
    assert usable(json.dumps(parts), goal, NOW.date()) is None


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_payload_that_is_no_json_holds_up_no_other_mail(world: World) -> None:
    ids = poisoned(world, answer({}))
    with world.storage.write() as session:
        session.connection().exec_driver_sql("UPDATE delivery SET payload = '{broken' WHERE kind = 'answer'")
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 3
