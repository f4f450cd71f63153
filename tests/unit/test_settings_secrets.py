"""Secrets: made once on a local service, kept to its owner, and never shown."""

import os
import stat
import traceback
from pathlib import Path

import pytest

from service.app import sender_of
from service.settings import SettingError, Settings

SECRET = "sixteen characters or more"


def test_a_local_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    first = Settings.from_env({"DATA_DIR": str(folder)}).secret_key
    assert len(first) >= 32
    assert Settings.from_env({"DATA_DIR": str(folder)}).secret_key == first
    assert Settings.from_env({"DATA_DIR": str(tmp_path / "other")}).secret_key != first


def test_the_kept_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        Settings.from_env({"DATA_DIR": str(tmp_path)})
    finally:
        os.umask(old)
    (kept,) = tmp_path.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_of_two_starts_at_once_the_first_secret_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def link_late(source: Path, target: Path) -> None:
        """Let another process be quicker, between the look and the link."""
        target.write_text("the other process was quicker")
        link(source, target)

    monkeypatch.setattr("service.settings.os.link", link_late)
    assert Settings.from_env({"DATA_DIR": str(tmp_path)}).secret_key == "the other process was quicker"
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("kept", ["", "\n", "short"])
def test_a_kept_secret_that_was_damaged_is_never_used(tmp_path: Path, kept: str) -> None:
    (tmp_path / "secret_key").write_text(kept)
    with pytest.raises(SettingError, match=r"^.*(SECRET_KEY|secret_key).*$"):
        Settings.from_env({"DATA_DIR": str(tmp_path)})


def test_a_secret_that_was_given_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": f" {SECRET} "})
    assert settings.secret_key == SECRET
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_not_in_the_repr_of_what_holds_them(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": SECRET,
            "SMTP_URL": "smtp://ann:pass-word-1@mail.example.org",
            "DATABASE_URL": "postgresql://ann:pass-word-2@host/kaizen",
            "REDIS_URL": "redis://:pass-word-3@host/0",
        }
    )
    shown = " ".join(map(repr, (settings, settings.smtp, sender_of(settings))))
    for secret in (SECRET, "pass-word-1", "pass-word-2", "pass-word-3"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "smtp://ann:hunter2/x@mail.example.org:25"),
        ("SMTP_URL", "http://ann:hunter2@mail.example.org"),
        ("DATABASE_URL", "mysql://ann:hunter2@host/kaizen"),
        ("REDIS_URL", "http://:hunter2@host"),
        ("SECRET_KEY", "hunter2"),
    ],
)
def test_a_complaint_about_a_setting_does_not_repeat_its_secret(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_env({"DATA_DIR": str(tmp_path), name: value})
    assert "hunter2" not in "".join(traceback.format_exception_only(caught.value))
