"""What the doctor says of our own parts, with real ones, and what the command makes of it."""

import dataclasses
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.cli import main
from service.doctor import parts
from service.doctor.finding import Finding
from service.settings import Settings
from service.storage.session import Storage
from tests.world import World


def said(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in parts.look(settings)}


@contextmanager
def changed(storage: Storage, statement: str, back: str) -> Iterator[None]:
    """Change the database for a while."""
    with storage.write() as session:
        session.execute(text(statement))
    try:
        yield
    finally:
        with storage.write() as session:
            session.execute(text(back))


def test_a_service_at_work_is_well_and_its_passwords_stay_hidden(world: World) -> None:
    world.tick()
    settings = dataclasses.replace(world.settings, inbound=("127.0.0.1", world.listener_port))
    found = said(settings)
    for part in ("settings", "database", "clock", "inbound"):
        assert found[part].state == "ok", found[part]
    assert found["database"].words.endswith("the newest")
    told = " ".join(finding.words for finding in found.values())
    assert settings.secret_key not in told
    assert "kaizen@kaizen.example.org" in found["settings"].words


def test_the_password_of_the_database_is_not_shown(world: World) -> None:
    url = "postgresql+psycopg://ann:pass-word-1@127.0.0.1:1/none"
    found = said(dataclasses.replace(world.settings, database_url=url))
    assert "postgresql at 127.0.0.1/none" in found["settings"].words
    assert (found["database"].state, found["clock"].state) == ("mend", "skip")
    assert "check DATABASE_URL" in found["database"].words
    assert "pass-word-1" not in " ".join(finding.words for finding in found.values())


@pytest.mark.parametrize(
    ("version", "words"), [("0001", "run: kaizen db upgrade"), ("9999", "update Kaizen")]
)
def test_another_schema_is_to_be_mended(world: World, version: str, words: str) -> None:
    with world.storage.read() as session:
        newest = session.scalar(text("SELECT version_num FROM alembic_version"))
    turn = "UPDATE alembic_version SET version_num = '{}'"
    with changed(world.storage, turn.format(version), turn.format(newest)):
        found = said(world.settings)["database"]
    assert found.state == "mend"
    assert words in found.words


def test_no_database_is_to_be_made_and_looking_makes_none(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    found = said(dataclasses.replace(settings, database_url=f"sqlite:///{path}"))
    assert "run: kaizen db upgrade" in found["database"].words
    assert not path.exists()
    path.touch()
    found = said(dataclasses.replace(settings, database_url=f"sqlite:///{path}"))
    assert "run: kaizen db upgrade" in found["database"].words
    path.write_bytes(b"no database at all" * 100)
    found = said(dataclasses.replace(settings, database_url=f"sqlite:///{path}"))
    assert "check DATABASE_URL" in found["database"].words


def test_a_clock_that_stopped_is_to_be_started(world: World) -> None:
    assert "never ticked" in said(world.settings)["clock"].words
    world.tick()
    world.time += timedelta(minutes=3)
    assert "0:03:00" in said(world.settings)["clock"].words
    world.time -= timedelta(hours=1)
    found = said(world.settings)["clock"]
    assert (found.state, "future" in found.words) == ("mend", True)


def test_redis_and_the_listener_are_missed(world: World) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = said(dataclasses.replace(world.settings, inbound=probe.getsockname()))
    assert (found["redis"].state, found["inbound"].state) == ("mend", "mend")


@pytest.fixture
def local(tmp_path: Path, migrated_file: Path) -> Settings:
    shutil.copy(migrated_file, tmp_path / "kaizen.db")
    return Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "sixteen characters or more"})


def test_the_command_says_a_line_a_part_and_fails_where_something_is_to_be_mended(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"well": [Finding("a", "ok", "x"), Finding("b", "skip", "y")], "ill": [Finding("c", "mend", "z")]}
    monkeypatch.setenv("DATA_DIR", str(local.data_dir))
    monkeypatch.setattr("service.doctor.examine", lambda _: found["well"])
    well = CliRunner().invoke(main, ["doctor"])
    assert (well.exit_code, well.output) == (0, "ok    a: x\nskip  b: y\n")
    monkeypatch.setattr("service.doctor.examine", lambda _: [*found["well"], *found["ill"]])
    ill = CliRunner().invoke(main, ["doctor"])
    assert (ill.exit_code, ill.output.splitlines()[-1]) == (1, "mend  c: z")
