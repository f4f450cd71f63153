"""The done click: POST, check-in committed, chain page rendered; in-process, and through the web server."""

import http.client
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from service import collector
from service.app import create_app
from service.links import Purpose, sign
from service.web.house import COOKIE
from tests.bench import floors, people, ways
from tests.bench.databases import SECRET, Server
from tests.bench.table import Result
from tests.bench.timing import best, rate
from tests.browser.whole import free_port

CLICKS = 200  # a round, each of a goal of its own
HELLOS = 1000
ROUNDS = 6
WARM = 50


@dataclass(frozen=True)
class Click:
    """One person's click: where it goes, and the cookie that their browser has."""

    path: str
    cookie: str


def clicks_of(goals: Sequence[int], now: datetime) -> list[Click]:
    """Return a click for each goal's today."""
    made = []
    for goal in goals:
        day = people.today(goal, now).toordinal()
        path = f"/done/{sign(SECRET, Purpose.DONE, goal, day)}"
        made.append(Click(path, f"{COOKIE}={sign(SECRET, Purpose.DEVICE, goal)}"))
    return made


def click(server: Server) -> Iterator[Result]:
    """Time a click against a GET of a bare Flask hello, called the same way in the same place."""
    now, goals = datetime.now(UTC), 2 * (ROUNDS * CLICKS + WARM)
    with server.fresh() as database:
        people.fill(database, goals, now)
        ways.gathered(database.storage, ways.claim_all(database.storage, now)[1])  # the day's mails are out
        port = free_port()
        env = database.env(BASE_URL=f"http://localhost:{port}", PORT=str(port), HOST="127.0.0.1")
        clicks = iter(clicks_of(range(1, goals + 1), now))
        app = create_app(database.settings(BASE_URL=f"http://localhost:{port}"), lambda ids: None)
        collector.set_up()  # as the web server does
        yield _in_process(app, clicks)
        app.extensions["kaizen"].storage.close()
        yield _served(env, port, clicks)
        done = database.one(
            f"SELECT count(*) FROM check_in WHERE via = 'link' AND at >= '{now:%Y-%m-%d %H:%M}'"
        )
        assert done >= goals // 2, done


def _in_process(app: Flask, clicks: Iterator[Click]) -> Result:
    bare, base = floors.hello(), _environ()

    def ours() -> float:
        some = list(itertools.islice(clicks, CLICKS))
        return rate(CLICKS, lambda: [_press(app, base, one) for one in some])

    def floor() -> float:
        return rate(HELLOS, lambda: [_call(bare, dict(base)) for _ in range(HELLOS)])

    for one in itertools.islice(clicks, WARM):
        _press(app, base, one)
    mine, plain = best(ROUNDS, ours, floor)
    figures = {"a_second": mine, "floor_a_second": plain}
    return Result("click_vs_hello", mine / plain, "GET of a bare Flask hello, both as WSGI", figures)


def _environ() -> dict[str, Any]:
    builder = EnvironBuilder(path="/", base_url="http://localhost:8000")
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _press(app: Flask, base: Mapping[str, Any], one: Click) -> None:
    """POST as the page's button does, and follow where it leads."""
    environ = {
        **base,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": one.path,
        "HTTP_COOKIE": one.cookie,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": "0",
    }
    status, location, page = _call(app, environ)
    if status == 303:
        status, _, page = _call(app, {**base, "PATH_INFO": location, "HTTP_COOKIE": one.cookie})
    assert status == 200, status
    assert b"undo" in page.lower()


def _call(app: Flask, environ: dict[str, Any]) -> tuple[int, str, bytes]:
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        told[:] = [int(status[:3]), next((value for name, value in headers if name == "Location"), "")]

    answer = app.wsgi_app(environ, start)
    try:
        body = b"".join(answer)
    finally:
        answer.close()  # type: ignore[attr-defined]
    return told[0], told[1], body


def _served(env: Mapping[str, str], port: int, clicks: Iterator[Click]) -> Result:
    other = free_port()
    with (
        _process([sys.executable, "-m", "service.cli", "web"], port, env),
        _process([sys.executable, "-m", "tests.bench.hello", str(other)], other, {}),
    ):
        ours, bare = (http.client.HTTPConnection("127.0.0.1", number) for number in (port, other))

        def mine() -> float:
            some = list(itertools.islice(clicks, CLICKS))
            return rate(CLICKS, lambda: [_send(ours, one) for one in some])

        def floor() -> float:
            return rate(CLICKS * 2, lambda: [_get(bare, "/", {}) for _ in range(CLICKS * 2)])

        for one in itertools.islice(clicks, WARM):
            _send(ours, one)
            floor_path = _get(bare, "/", {})
            assert floor_path[0] == 200
        rates = best(ROUNDS, mine, floor)
        ours.close()
        bare.close()
    figures = {"a_second": rates[0], "floor_a_second": rates[1]}
    return Result("click_vs_hello_served", rates[0] / rates[1], "both through granian, one browser", figures)


def _send(connection: http.client.HTTPConnection, one: Click) -> None:
    headers = {"Cookie": one.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", one.path, b"", headers)
    answer = connection.getresponse()
    answer.read()
    status = answer.status
    if status == 303:
        status, _ = _get(connection, answer.headers["Location"], {"Cookie": one.cookie})
    assert status == 200, status


def _get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


@contextmanager
def _process(command: Sequence[str], port: int, env: Mapping[str, str]) -> Iterator[None]:
    """Run a web server until it is no longer needed."""
    process = subprocess.Popen(command, env={**os.environ, **env}, start_new_session=True)
    try:
        until = time.monotonic() + 20
        while not _answers(port):
            assert process.poll() is None, f"{command} ended"
            assert time.monotonic() < until, f"{command} does not answer"
            time.sleep(0.05)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        return _get(connection, "/", {})[0] == 200
    except OSError:
        return False
    finally:
        connection.close()
