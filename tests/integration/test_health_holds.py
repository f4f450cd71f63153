"""How the service says that sending is held, and when that is more than a short trouble."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete

from service.inbound_values import ImapServer
from service.storage.models import Hold
from tests.integration.test_health import health
from tests.world import World


def hold(world: World, reason: str = "421", alarm: bool = False) -> None:
    """Hold all sending from now on."""
    with world.storage.write() as session:
        session.add(
            Hold(name="sending", since=world.time, until=world.time, tries=3, alarm=alarm, reason=reason)
        )


def test_a_short_hold_is_told_of_and_a_long_one_makes_it_unwell(world: World) -> None:
    world.tick()
    hold(world)
    code, said = health(world)
    assert (code, said["sending"], said["held_reason"]) == (200, "held", "421")
    assert said["held_since"] == "2026-03-02T09:00:00+00:00"
    world.time += timedelta(minutes=15)
    world.tick()
    assert health(world)[0] == 200
    world.time += timedelta(seconds=1)
    assert health(world)[0] == 503


def test_a_hold_that_will_not_mend_itself_makes_it_unwell_at_once(world: World) -> None:
    world.tick()
    hold(world, "535 authentication", alarm=True)
    code, said = health(world)
    assert (code, said["status"], said["sending"]) == (503, "unhealthy", "held")
    assert said["held_reason"] == "535 authentication"


def test_a_hold_of_something_else_is_no_hold_of_sending(world: World) -> None:
    world.tick()
    with world.storage.write() as session:
        session.add(Hold(name="other", since=world.time, until=world.time, tries=1, alarm=True, reason="421"))
    code, said = health(world)
    assert (code, said["sending"]) == (200, "ok")


def test_the_reason_of_a_hold_tells_nobodys_address(world: World) -> None:
    world.tick()
    hold(world, "550 <ann@example.org>: refused")
    assert "ann@" not in health(world)[1]["held_reason"]


def test_a_mailbox_that_is_not_read_is_told_of_where_one_is_set(world: World) -> None:
    world.tick()
    with world.storage.write() as session:
        session.add(
            Hold(
                name="mailbox",
                since=world.time,
                until=world.time,
                tries=1,
                alarm=True,
                reason="login refused",
            )
        )
    assert "mailbox" not in health(world)[1]
    world.app.extensions["kaizen"] = replace(
        world.app.extensions["kaizen"],
        settings=replace(world.settings, imap_url=ImapServer("mail.example.org", 993, True, "ann", "secret")),
    )
    code, said = health(world)
    assert (code, said["mailbox"], said["mailbox_held_reason"]) == (503, "held", "login refused")
    with world.storage.write() as session:
        session.execute(delete(Hold))
    code, said = health(world)
    assert (code, said["mailbox"], said["mailbox_held_reason"]) == (200, "ok", None)
