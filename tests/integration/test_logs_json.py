"""LOG_FORMAT=json: every process writes one JSON object a line."""

import json
import logging
import smtplib
import socket
from pathlib import Path

import pytest

from service import logs
from tests.integration.processes import kaizen, wait_for
from tests.integration.test_logs import answers


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def test_a_process_writes_json(environment: dict[str, str], tmp_path: Path, port: int) -> None:
    own = {**environment, "INBOUND_SMTP": f"127.0.0.1:{port}", "LOG_FORMAT": "json"}
    with kaizen(own, tmp_path / "inbound.log", "inbound") as listener:
        wait_for(lambda: listener.output.endswith("\n"))
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
            smtp.noop()
        assert listener.end() == 0
    events = [json.loads(line) for line in listener.output.splitlines()]
    assert [(event["level"], event["logger"], event["message"]) for event in events] == [
        ("INFO", "service.listener", f"taking replies at 127.0.0.1:{port}")
    ]


def test_what_the_web_server_says_is_json_too(environment: dict[str, str], tmp_path: Path, port: int) -> None:
    own = {
        **environment,
        "PORT": str(port),
        "LOG_FORMAT": "json",
        "DATABASE_URL": "sqlite:////no/folder/x.db",
    }
    with kaizen(own, tmp_path / "web.log", "web") as web:
        wait_for(lambda: answers(port))
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert b"503" in client.recv(65536)
        wait_for(lambda: "does not answer" in web.output)
    events = [json.loads(line) for line in web.output.splitlines()]
    assert ("ERROR", "service.web.health") in [(event["level"], event["logger"]) for event in events]


def test_another_format_stops_the_start(environment: dict[str, str], tmp_path: Path) -> None:
    with kaizen({**environment, "LOG_FORMAT": "xml"}, tmp_path / "log", "clock") as clock:
        assert clock.popen.wait(15) == 1
    assert clock.output == "kaizen: LOG_FORMAT is wrong: give text or json.\n"


def test_setting_up_twice_writes_each_event_once(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    with monkeypatch.context() as new_process:
        new_process.setattr(root, "handlers", [])
        new_process.setattr(root, "level", logging.WARNING)
        logs.set_up("json")
        logs.set_up("text")
        (handler,) = root.handlers
        assert root.level == logging.INFO
    assert isinstance(handler.formatter, logs.JsonLines)
    assert logging.getLogger("mail.log").level == logging.WARNING
