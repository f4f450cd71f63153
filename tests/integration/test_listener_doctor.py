"""What `kaizen doctor` says of the places where replies come in."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.doctor import inbound
from service.doctor.finding import Finding
from service.inbound_values import tls_context
from service.listener import Lmtp
from tests.certificates import server_context
from tests.integration.listening import free_port, listening
from tests.world import World


def said(world: World, **changed: object) -> dict[str, Finding]:
    settings = dataclasses.replace(world.settings, **changed)  # type: ignore[arg-type]
    return {finding.part: finding for finding in inbound.look(settings)}


def test_it_says_whether_somebody_takes_replies_and_with_tls(world: World, tmp_path: Path) -> None:
    server_context(tmp_path)
    pem = tmp_path / "server.pem"
    world.time = datetime.now(UTC) - timedelta(days=30)
    with listening(world, tls=tls_context(pem, pem)) as port:
        found = said(world, inbound=("127.0.0.1", port), inbound_tls_cert=pem)
        assert found["inbound"].words == f"takes replies at 127.0.0.1:{port}, with TLS"
        assert found["certificate"].state == "ok"
        world.time = datetime.now(UTC)
        found = said(world, inbound=("127.0.0.1", port), inbound_tls_cert=pem)
        assert "renew it" in found["certificate"].words  # it is good for an hour
    with listening(world) as port:
        assert said(world, inbound=("127.0.0.1", port))["inbound"].words.endswith("without TLS")
        found = said(world, inbound=("127.0.0.1", port), inbound_tls_cert=pem)
        assert (found["inbound"].state, "restart" in found["inbound"].words) == ("mend", True)
        found = said(world, inbound_tls_cert=Path(__file__))
        assert (found["inbound"].state, found["certificate"].state) == ("mend", "mend")


def test_it_says_whether_somebody_takes_replies_by_lmtp(world: World, tmp_path: Path) -> None:
    with listening(world, protocol=Lmtp) as port:
        assert said(world, inbound_lmtp=("127.0.0.1", port))["lmtp"].state == "ok"
    with listening(world) as port:
        found = said(world, inbound_lmtp=("127.0.0.1", port))["lmtp"]
        assert (found.state, "INBOUND_LMTP" in found.words) == ("mend", True)
    assert said(world, inbound_lmtp=("127.0.0.1", free_port()))["lmtp"].state == "mend"
    assert said(world, inbound_lmtp=tmp_path / "none")["lmtp"].state == "mend"
    assert "lmtp" not in said(world)
