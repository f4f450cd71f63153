"""A press whose connection dies or whose database fails; its cookie; and the session it has no use for."""

import pytest
from sqlalchemy import text
from werkzeug.wrappers import Response

from service.links import Purpose, sign
from service.web.house import COOKIE, COOKIE_DAYS, remember_device
from tests.integration.test_press import agrees, begin, meanwhile, ticks
from tests.world import World


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
@pytest.mark.parametrize("when", ["before", "between"])
def test_a_connection_that_died_sends_a_press_the_general_way(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    link = begin(world)
    assert "I did it" in world.client.get(link).text

    def kill() -> None:
        with world.storage.write() as session:
            query = (
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE query LIKE '%standing.doc%' AND pid <> pg_backend_pid()"
            )
            assert session.scalar(text(query))

    if when == "before":
        kill()
    else:
        meanwhile(monkeypatch, kill)
    assert "Done for today" in world.browser().post(link).text
    assert len(ticks(world)) == 1
    agrees(world)


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_press_that_fails_half_way_leaves_nothing(world: World) -> None:
    link = begin(world)
    with world.storage.write() as session:
        session.execute(
            text(
                "CREATE TRIGGER no_docs BEFORE UPDATE ON standing WHEN NEW.doc IS NOT NULL"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert world.browser().post(link).status_code == 500
    finally:
        with world.storage.write() as session:
            session.execute(text("DROP TRIGGER no_docs"))
    assert ticks(world) == []
    assert "Done for today" in world.browser().post(link).text
    assert agrees(world)


def test_the_device_cookie_is_as_the_framework_would_write_it(world: World) -> None:
    ours, theirs = Response(), Response()
    with world.app.test_request_context("/"):
        remember_device(ours, 7)
    token = sign(world.settings.secret_key, Purpose.DEVICE, 7)
    theirs.set_cookie(COOKIE, token, max_age=COOKIE_DAYS * 86400, httponly=True, secure=True, samesite="Lax")
    known = [part for part in theirs.headers["Set-Cookie"].split("; ") if not part.startswith("Expires")]
    assert ours.headers["Set-Cookie"].split("; ") == known


def test_only_a_page_that_uses_the_session_opens_it(world: World) -> None:
    link, browser = begin(world), world.browser()
    form = browser.get("/")
    assert "session" in form.headers["Set-Cookie"]
    assert form.headers["Vary"] == "Cookie"
    for page in (browser.get(link), browser.post(link)):
        assert page.status_code == 200
        assert "Vary" not in page.headers
        assert not any(value.startswith("session") for value in page.headers.getlist("Set-Cookie"))
    with browser.session_transaction() as session:
        assert session["csrf_token"]
        session["note"] = "kept"
        del session["csrf_token"]
    with browser.session_transaction() as session:
        assert dict(session) == {"note": "kept"}
        assert len(session) == 1
