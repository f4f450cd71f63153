"""What the doctor says of the sender's domain, asked of a real name server."""

import base64
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dns.resolver import Resolver

from service.doctor import domain
from service.doctor.finding import Finding
from service.doctor.records import spf_to_publish
from service.mail.keys import dns_record, private_key
from service.settings import Settings
from tests.dns import Zone, name_server

GOOD = (
    "kaizen.example.org. MX 20 mail2.example.org.",
    "kaizen.example.org. MX 10 mail1.example.org.",
    'kaizen.example.org. TXT "v=spf1 mx -all"',
    'kaizen.example.org. TXT "some-verification=1"',
    '_dmarc.kaizen.example.org. TXT "v=DMARC1; p=reject"',
)


@dataclass
class Place:
    """A name server and the settings of a service in production."""

    zone: Zone
    resolver: Resolver
    folder: Path

    def settings(self, **env: str) -> Settings:
        return Settings.from_env(
            {
                "DATA_DIR": str(self.folder),
                "BASE_URL": "https://kaizen.example.org",
                "SECRET_KEY": "sixteen characters or more",
                "SMTP_URL": "smtp://mail.example.net",
                **env,
            }
        )

    def found(self, **env: str) -> list[Finding]:
        return list(domain.look(self.settings(**env), self.resolver))

    def of(self, part: str, **env: str) -> Finding:
        (found,) = [finding for finding in self.found(**env) if finding.part == part]
        return found

    def key(self, raw: bytes, name: str = "key") -> str:
        path = self.folder / name
        path.write_bytes(raw)
        return str(path)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    zone = Zone()
    zone.publish(*GOOD)
    with name_server(zone) as resolver:
        yield Place(zone, resolver, tmp_path)


def published(finding: Finding) -> str:
    """Return the record that a finding says to publish."""
    assert finding.state == "mend"
    record = finding.words.partition("publish: ")[2].partition(" (")[0]
    assert record
    return record


def test_a_domain_that_is_set_up_well_has_nothing_to_mend(place: Place) -> None:
    assert [(finding.part, finding.state) for finding in place.found()] == [
        ("one-click", "ok"),
        ("mx", "ok"),
        ("spf", "ok"),
        ("dkim", "skip"),
        ("dmarc", "ok"),
        ("alignment", "ok"),
    ]
    assert place.of("mx").words.endswith("go to mail1.example.org, mail2.example.org")
    assert "v=spf1 mx -all" in place.of("spf").words


def test_an_empty_domain_is_well_once_what_the_doctor_says_is_published(place: Place) -> None:
    place.zone.records.clear()
    seed = base64.b64encode(bytes(range(32)))
    pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signing = {
        "DKIM_SELECTOR": "r,e",
        "DKIM_KEY": f"{place.key(pem, 'rsa')},{place.key(seed, 'seed')}",
        "MAIL_FROM": "Kaizen <hello@example.org>",
        "REPLY_DOMAIN": "in.example.org",
    }
    ill = [finding for finding in place.found(**signing) if finding.state == "mend"]
    assert [finding.part for finding in ill] == ["mx", "spf", "spf", "dkim", "dkim", "dmarc"]
    records = [published(finding) for finding in ill]
    assert all(len(string) <= 255 for record in records for string in shlex.split(record))
    place.zone.publish(*records)
    assert {finding.state for finding in place.found(**signing)} == {"ok"}


@pytest.mark.parametrize(
    ("name", "record", "part"),
    [
        ("kaizen.example.org", "kaizen.example.org. MX 0 .", "mx"),
        ("kaizen.example.org", 'kaizen.example.org. TXT "v=spf1 +all"', "spf"),
        ("kaizen.example.org", 'kaizen.example.org. TXT "v=spf1 mx all"', "spf"),
        ("kaizen.example.org", 'kaizen.example.org. TXT "v=spf10 -all"', "spf"),
        ("kaizen.example.org", 'kaizen.example.org. TXT "spf1 -all"', "spf"),
        ("_dmarc.kaizen.example.org", '_dmarc.kaizen.example.org. TXT "v=DMARC1"', "dmarc"),
        ("_dmarc.kaizen.example.org", '_dmarc.kaizen.example.org. TXT "v=DMARC1; p=maybe"', "dmarc"),
        ("_dmarc.kaizen.example.org", '_dmarc.kaizen.example.org. TXT "p=none; v=DMARC1"', "dmarc"),
    ],
)
def test_a_bad_record_is_to_be_mended(place: Place, name: str, record: str, part: str) -> None:
    place.zone.forget(name)
    place.zone.publish(record)
    assert place.of(part).state == "mend"


@pytest.mark.parametrize(
    ("record", "part"),
    [
        ('kaizen.example.org. TXT "v=spf1 a -all"', "spf"),
        ('_dmarc.kaizen.example.org. TXT "v=DMARC1; p=none"', "dmarc"),
    ],
)
def test_two_records_are_one_too_many(place: Place, record: str, part: str) -> None:
    place.zone.publish(record)
    found = place.of(part)
    assert found.state == "mend"
    assert "2" in found.words


def test_long_texts_come_in_several_strings(place: Place) -> None:
    place.zone.forget("kaizen.example.org")
    place.zone.publish('kaizen.example.org. TXT "v=spf1 ip4:192.0.2.1" " -all"')
    assert "v=spf1 ip4:192.0.2.1 -all" in place.of("spf").words


def test_a_policy_of_the_domain_above_counts(place: Place) -> None:
    place.zone.forget("_dmarc.kaizen.example.org")
    place.zone.publish('_dmarc.example.org. TXT "v=DMARC1; p=quarantine"')
    assert place.of("dmarc").words.startswith("_dmarc.example.org:")
    assert "_dmarc.org TXT" not in place.zone.asked


def test_a_key_is_compared_with_what_is_published(place: Place) -> None:
    seed = base64.b64encode(bytes(range(32)))
    signing = {"DKIM_SELECTOR": "s", "DKIM_KEY": place.key(seed)}
    name, right = "s._domainkey.kaizen.example.org", dns_record(private_key(seed))
    assert "does not exist" in place.of("dkim", **signing).words
    for wrong in ("v=DKIM1; k=ed25519; p=", "v=DKIM1; k=ed25519; p=AAAA", right.replace("k=ed25519; ", "")):
        place.zone.forget(name)
        place.zone.publish(f'{name}. TXT "{wrong}"')
        found = place.of("dkim", **signing)
        assert "another key" in found.words
        assert right in published(found)
    place.zone.forget(name)
    place.zone.publish(f'{name}. TXT "{right}"')
    assert place.of("dkim", **signing).state == "ok"
    place.zone.publish(f'{name}. TXT "{right}; t=y"')
    assert place.of("dkim", **signing).state == "mend"


def test_both_domains_are_looked_at_where_they_differ(place: Place) -> None:
    other = {"MAIL_FROM": "Kaizen <kaizen@example.com>", "REPLY_DOMAIN": "kaizen.example.org"}
    spf = [finding for finding in place.found(**other) if finding.part == "spf"]
    assert [(finding.state, finding.words.split()[0]) for finding in spf] == [
        ("ok", "kaizen.example.org:"),
        ("mend", "example.com"),
    ]


@pytest.mark.parametrize(
    ("sender", "envelope", "policy", "state"),
    [
        ("example.org", "in.example.org", "", "ok"),
        ("mail.example.org", "example.org", "", "ok"),
        ("mail.example.org", "in.example.org", "example.org", "ok"),
        ("mail.example.org", "in.example.org", "", "mend"),
        ("anexample.org", "example.org", "", "mend"),
        ("example.com", "example.org", "", "mend"),
    ],
)
def test_the_envelope_should_belong_to_the_sender(
    place: Place, sender: str, envelope: str, policy: str, state: str
) -> None:
    place.zone.records.clear()
    if policy:
        place.zone.publish(f'_dmarc.{policy}. TXT "v=DMARC1; p=none"')
    env = {"MAIL_FROM": f"Kaizen <kaizen@{sender}>", "REPLY_DOMAIN": envelope}
    assert place.of("alignment", **env).state == state
    signed = {**env, "DKIM_SELECTOR": "s", "DKIM_KEY": place.key(base64.b64encode(bytes(32)))}
    assert place.of("alignment", **signed).state == "ok"


def test_one_click_needs_https(place: Place) -> None:
    assert place.of("one-click", BASE_URL="http://kaizen.example.org").state == "mend"


@pytest.mark.parametrize(
    "env",
    [
        {"BASE_URL": "http://localhost:8000", "MAIL_FROM": "Kaizen <kaizen@example.org>"},
        {"BASE_URL": "https://kaizen.local"},
        {"MAIL_FROM": "Kaizen <kaizen@kaizen>"},
        {"REPLY_DOMAIN": "kaizen.test"},
    ],
)
def test_a_local_name_is_not_looked_up(place: Place, env: dict[str, str]) -> None:
    assert place.of("domain", **env).state == "skip"
    assert place.zone.asked == []


def test_without_dns_there_is_one_line_and_little_waiting(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.doctor.names.TIMEOUT", 0.3)
    place.zone.silent = True
    started = time.monotonic()
    last = place.found()[-1]
    assert time.monotonic() - started < 3
    assert (last.part, last.state, len(place.found())) == ("domain", "skip", 2)
    assert "3 seconds" in last.words


def test_a_name_server_that_fails_is_told_of(place: Place) -> None:
    place.zone.broken = True
    assert "can't answer for kaizen.example.org" in place.of("domain").words


@pytest.mark.parametrize(
    ("server", "record"),
    [
        ("mail.example.net", "v=spf1 a:mail.example.net -all"),
        ("192.0.2.7", "v=spf1 ip4:192.0.2.7 -all"),
        ("[2001:db8::7]", "v=spf1 ip6:2001:db8::7 -all"),
        ("127.0.0.1", "v=spf1 a:kaizen.example.org -all"),
    ],
)
def test_the_spf_record_allows_whoever_sends(place: Place, server: str, record: str) -> None:
    settings = place.settings(SMTP_URL=f"smtp://{server}:25")
    assert spf_to_publish(settings, "kaizen.example.org") == record
