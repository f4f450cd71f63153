"""Mailgun's tokens in a real Valkey, seen by every web process, and without it."""

import pytest

from service.app import create_app
from service.settings import Settings
from service.web.inbound.tokens import spend
from service.web.limits import limiter


def test_tokens_are_remembered_for_all_processes(
    environment: dict[str, str], valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    settings = Settings.from_env(environment)
    apps = [create_app(settings, lambda _: None, limits_url=f"redis+{valkey}") for _ in range(2)]
    with apps[0].app_context():
        assert spend("a", b"one", 60)
    with apps[1].app_context():
        assert not spend("a", b"two", 60)
        assert spend("a", b"one", 60)
    away = create_app(settings, lambda _: None, limits_url="redis+unix:///nowhere/valkey.sock")
    with away.app_context():
        assert spend("b", b"one", 60)
        assert not spend("b", b"two", 60)
    for app in (*apps, away):
        app.extensions["kaizen"].storage.close()
