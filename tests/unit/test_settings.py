"""Settings: what is wrong stops the start with one line that names it."""

from pathlib import Path

import pytest

from service.setting_values import SmtpServer
from service.settings import SettingError, Settings

SECRET = "sixteen characters or more"


def read(tmp_path: Path, **env: str) -> Settings:
    """Read the settings of a service on this machine."""
    return Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, **env})


PRODUCTION = {"BASE_URL": "https://kaizen.example.org", "SMTP_URL": "smtp://mail.example.org"}

BAD = [
    *[("PORT", bad) for bad in ("0", "65536", "-1", "http", "80.0", "８０００", "1_000", "9" * 5000)],
    ("BASE_URL", "kaizen.example.org"),
    ("BASE_URL", "ftp://kaizen.example.org"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https:///path"),
    ("BASE_URL", "https://[::1"),
    ("BASE_URL", "http://localhost/kaizen"),
    ("BASE_URL", "http://localhost?x=1"),
    ("BASE_URL", "http://localhost#top"),
    ("BASE_URL", "http://localhost:99999"),
    ("BASE_URL", "http://localhost:port"),
    ("BASE_URL", "http://local host"),
    ("DATA_DIR", "/dev/null/kaizen"),
    ("DATA_DIR", "a\0b"),
    ("DATA_DIR", "~nobody-of-that-name/kaizen"),
    ("SECRET_KEY", "short"),
    ("DATABASE_URL", "mysql://root@localhost/kaizen"),
    ("DATABASE_URL", "kaizen.db"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "postgresql://user:password@host:port/kaizen"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "http://localhost"),
    ("REDIS_URL", "redis://localhost:port/0"),
    *[
        ("SMTP_URL", bad)
        for bad in ("mail.example.org:25", "http://mail.example.org", "smtp://", "smtps://:25")
    ],
    *[("SMTP_URL", f"smtp://mail.example.org:{bad}") for bad in ("0", "65536", "x")],
    *[("MAIL_FROM", bad) for bad in ("kaizen", "@example.org", "kaizen@", "Kaizen <a@b@c>", "<>")],
    ("MAIL_FROM", "kaizen@example.org, other@example.net"),
    ("MAIL_FROM", "kaizen@exa mple.org"),
    ("MAIL_FROM", "Kaizen\nBcc: all <kaizen@example.org>"),
    ("MAIL_FROM", "käizen@example.org"),
    *[("REPLY_DOMAIN", bad) for bad in ("not a domain", "a@example.org", "x\ny", "exämple.org")],
    *[
        ("INBOUND_SMTP", bad)
        for bad in ("2525", ":2525", "localhost", "localhost:0", "localhost:x", "h:99999")
    ],
    *[
        (name, bad)
        for name in ("WEB_CONCURRENCY", "SEND_WORKERS")
        for bad in ("0", "-1", "two", "1001", "1.5")
    ],
    *[("TRUSTED_PROXIES", bad) for bad in ("-1", "one", "1001")],
    *[("CLOCK_OFFSET_HOURS", bad) for bad in ("a day", "nan", "inf", "1e999")],
]


@pytest.mark.parametrize(("name", "bad"), BAD, ids=[f"{name}={bad[:30]!r}" for name, bad in BAD])
def test_a_bad_value_is_one_line_that_names_the_setting(tmp_path: Path, name: str, bad: str) -> None:
    env = {"DATA_DIR": str(tmp_path), name: bad}
    with pytest.raises(SettingError) as caught:
        Settings.from_env(env)
    sentence = str(caught.value)
    assert name in sentence
    assert len(sentence.splitlines()) == 1


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SMTP_URL"])
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_production_asks_for_a_secret_and_a_mail_server(
    tmp_path: Path, missing: str, blank: str | None
) -> None:
    env = {"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, **PRODUCTION}
    assert Settings.from_env(env).production
    changed = {key: value for key, value in env.items() if key != missing}
    with pytest.raises(SettingError, match=f"^{missing} is missing: .*[.]$"):
        Settings.from_env(changed if blank is None else {**changed, missing: blank})


def test_production_refuses_a_clock_that_was_moved(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="CLOCK_OFFSET_HOURS"):
        read(tmp_path, CLOCK_OFFSET_HOURS="24", **PRODUCTION)


def test_production_makes_no_secret_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        Settings.from_env({"DATA_DIR": str(tmp_path), **PRODUCTION})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("base_url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_a_loopback_address_is_a_local_service_with_a_mailbox(tmp_path: Path, base_url: str) -> None:
    local = read(tmp_path, BASE_URL=base_url)
    assert not local.production
    assert local.local_mailbox


def test_a_local_service_with_a_mail_server_has_no_mailbox(tmp_path: Path) -> None:
    assert not read(tmp_path, SMTP_URL="smtp://127.0.0.1:25").local_mailbox


def test_production_has_no_mailbox(tmp_path: Path) -> None:
    assert not read(tmp_path, **PRODUCTION).local_mailbox


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.port == 8000
    assert settings.base_url == "http://localhost:8000"
    assert settings.database_url == f"sqlite:///{tmp_path / 'kaizen.db'}"
    assert settings.embedded_redis
    assert settings.smtp is None
    assert settings.inbound == ("127.0.0.1", 2525)
    assert settings.reply_domain == settings.mail_from.domain == "localhost"
    assert settings.host == "127.0.0.1"  # nobody else on the network may look in


def test_a_blank_setting_is_as_good_as_none(tmp_path: Path) -> None:
    assert read(tmp_path, PORT=" ", SMTP_URL="", REDIS_URL="\t").port == 8000


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_address_as_platforms_write_it_is_taken(tmp_path: Path, scheme: str) -> None:
    settings = read(tmp_path, DATABASE_URL=f"{scheme}://user:password@host:5432/kaizen")
    assert settings.database_url == "postgresql+psycopg://user:password@host:5432/kaizen"


@pytest.mark.parametrize(
    "rest", ["ann@/kaizen?host=/run/postgresql", "/kaizen", "ann:p%40ss@[::1]:5432/kaizen?sslmode=require"]
)
def test_a_database_behind_a_socket_or_with_options_is_taken(tmp_path: Path, rest: str) -> None:
    url = f"postgresql+psycopg://{rest}"
    assert read(tmp_path, DATABASE_URL=url).database_url == url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 587)),
        ("smtps://mail.example.org", SmtpServer("mail.example.org", 465, tls=True)),
        ("smtp://ann:secret@mail:2587", SmtpServer("mail", 2587, user="ann", password="secret")),
        (
            "smtp://ann%40example.org:p%40ss%2Fw%3Ard@mail:25",
            SmtpServer("mail", 25, user="ann@example.org", password="p@ss/w:rd"),
        ),
        ("smtp://[::1]:25", SmtpServer("::1", 25)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mail_server_is_read_from_its_address(tmp_path: Path, url: str, server: SmtpServer) -> None:
    assert read(tmp_path, SMTP_URL=url).smtp == server


def test_the_reply_domain_is_that_of_the_sender_unless_said_otherwise(tmp_path: Path) -> None:
    sender = "Kaizen <hello@Example.org>"
    assert read(tmp_path, MAIL_FROM=sender).reply_domain == "example.org"
    assert read(tmp_path, MAIL_FROM=sender, REPLY_DOMAIN="In.Example.org").reply_domain == "in.example.org"
