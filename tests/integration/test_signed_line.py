"""The whole way of a signed mail: settings, worker, server."""

import base64
from pathlib import Path

import pytest

from tests.integration.line import Line
from tests.unit.mail.test_signing import EDWARDS, holds


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    seed = tmp_path / "seed"
    seed.write_bytes(base64.b64encode(EDWARDS.private_bytes_raw()))
    return {
        **environment,
        "DKIM_SELECTOR": "s1",
        "DKIM_KEY": str(seed),
        "MAIL_FROM": "Kaizen <kaizen@example.org>",
        "REPLY_DOMAIN": "kaizen.example.org",
    }


def test_a_worker_signs_what_it_sends(line: Line) -> None:
    line.start()
    line.later(days=1)
    assert len(line.mails) == 3
    for mail in line.mails:
        assert holds(mail.raw, EDWARDS) == [True]
