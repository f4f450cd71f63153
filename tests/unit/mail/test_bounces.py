"""Reports as mail servers write them: which came back, how badly, and who complained."""

import time
from datetime import date
from pathlib import Path

import pytest

from service.domain.bounce import Severity
from service.links import Purpose
from service.mail.addresses import Addresses
from service.mail.bounces import Complaint, Report, Returned, may_be_report, read_report, signed_inside
from service.mail.bounds import Unreadable

EMAILS = Path(__file__).parents[2] / "emails"
HARD, SOFT, POLICY = Severity.HARD, Severity.SOFT, Severity.POLICY

SAMPLES: dict[str, Severity | Complaint | None] = {
    "arf-hotmail": Complaint(),
    "arf-redacted-recipient": Complaint(),
    "arf-yahoo": Complaint(),
    "arf-not-spam": None,
    "dsn-exchange-german-mailbox-full": SOFT,
    "dsn-exchange-user-unknown": HARD,
    "dsn-exim-delayed-free-form": None,
    "dsn-exim-old-free-form": HARD,
    "dsn-exim-user-unknown": HARD,
    "dsn-gmail-delayed": None,
    "dsn-gmail-user-unknown": HARD,
    "dsn-gmx-free-form": HARD,
    "dsn-international-address": HARD,
    "dsn-postfix-alias-expanded": HARD,
    "dsn-postfix-delayed": None,
    "dsn-postfix-delivered": None,
    "dsn-postfix-gave-up-after-days": SOFT,
    "dsn-postfix-host-not-found": HARD,
    "dsn-postfix-mailbox-full": SOFT,
    "dsn-postfix-refused-as-spam": POLICY,
    "dsn-postfix-user-unknown": HARD,
    "dsn-qmail-free-form": HARD,
    "dsn-sendmail-user-unknown": HARD,
    "dsn-yahoo-free-form": HARD,
    "mdn-read-receipt": None,
    "challenge-response": None,
}


def sample(name: str) -> bytes:
    return (EMAILS / f"{name}.eml").read_bytes()


def kind(report: Report | None) -> Severity | Complaint | None:
    return report.severity if isinstance(report, Returned) else report


@pytest.mark.parametrize(("name", "expected"), SAMPLES.items())
def test_a_report_as_mail_servers_write_it(name: str, expected: Severity | Complaint | None) -> None:
    assert kind(read_report(sample(name))) == expected
    assert kind(read_report(sample(name).replace(b"\r\n", b"\n"))) == expected


def test_every_report_in_the_folder_is_tried_here() -> None:
    folder = {path.stem for path in EMAILS.glob("*.eml") if path.stem.startswith(("arf-", "dsn-", "mdn-"))}
    assert folder <= set(SAMPLES)


@pytest.mark.parametrize("path", sorted(EMAILS.glob("ooo-*.eml")), ids=lambda path: path.stem)
def test_a_vacation_reply_is_no_report(path: Path) -> None:
    assert read_report(path.read_bytes()) is None
    assert not may_be_report(path.read_bytes())


def test_what_is_no_free_form_bounce_is_told_at_a_glance() -> None:
    seen = {name for name in SAMPLES if may_be_report(sample(name))}
    assert set(SAMPLES) - seen == {name for name in SAMPLES if "free-form" in name or "challenge" in name}


def report(*recipients: str, kind: str = "delivery-status") -> bytes:
    blocks = "\r\n\r\n".join(recipients)
    return (
        "From: MAILER-DAEMON@example.net\r\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: message/{kind}\r\n\r\nReporting-MTA: dns; example.net\r\n\r\n"
        f"{blocks}\r\n\r\n--b--\r\n"
    ).encode()


UNKNOWN = "Final-Recipient: rfc822; a@example.org\r\nAction: failed\r\nStatus: 5.1.1"
FULL = "Final-Recipient: rfc822; b@example.org\r\nAction: failed\r\nStatus: 5.2.2"
THERE = "Final-Recipient: rfc822; c@example.org\r\nAction: delivered\r\nStatus: 2.0.0"


def test_of_several_recipients_the_mildest_counts() -> None:
    assert kind(read_report(report(UNKNOWN))) is HARD
    assert kind(read_report(report(UNKNOWN, FULL))) is SOFT
    assert kind(read_report(report(UNKNOWN, FULL, THERE))) is None


def test_a_report_inside_a_forwarded_mail_is_nobodys() -> None:
    inner = report(UNKNOWN).decode()
    forwarded = (
        "From: ann@example.org\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
        "Content-Type: text/plain\r\n\r\ndone\r\n--o\r\n"
        f"Content-Type: message/rfc822\r\n\r\n{inner}\r\n--o--\r\n"
    )
    assert read_report(forwarded.encode()) is None


@pytest.mark.parametrize("feedback", ["not-spam", "auth-failure", "virus", ""])
def test_feedback_that_is_no_complaint_is_none(feedback: str) -> None:
    raw = report(f"Feedback-Type: {feedback}", kind="feedback-report")
    raw = raw.replace(b"Reporting-MTA: dns; example.net\r\n\r\n", b"")
    assert read_report(raw) is None
    abuse = raw.replace(f"Feedback-Type: {feedback}".encode(), b"Feedback-Type: abuse")
    assert read_report(abuse) == Complaint()


def test_what_a_person_writes_is_no_bounce_whatever_it_quotes() -> None:
    raw = sample("dsn-qmail-free-form").replace(b"From: MAILER-DAEMON@", b"From: ann@")
    assert read_report(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        report(UNKNOWN).replace(
            b"Content-Type: message/", b"Content-Transfer-Encoding: base64\r\nContent-Type: message/"
        ),
        report(UNKNOWN).replace(b"5.1.1", b"\xff.\x00.1"),
        report(*[UNKNOWN] * 150),
        report("Action: failed\r\nStatus: " + "5.1." * 2000),
        report("Action: failed\r\nFinal-Recipient: rfc822;" + "x;" * 5000),
        b"From: MAILER-DAEMON@x\r\nX-Failed-Recipients: " + b"a@b, " * 1000 + b"\r\n\r\n" + b"<" * 20000,
        b"",
        b"\r\n\r\n",
    ],
    ids=["base64", "bytes", "many", "long status", "parameters", "recipients", "nothing", "lines"],
)
def test_hostile_reports_are_read_or_put_aside_and_nothing_else(raw: bytes) -> None:
    try:
        found = read_report(raw)
    except Unreadable:
        return
    assert found is None or isinstance(found, Returned)


def test_only_authentic_addresses_inside_a_report_count() -> None:
    own = Addresses("a secret for tests only", "kaizen.example.org", "kaizen@kaizen.example.org")
    other = Addresses("another secret", "kaizen.example.org")
    text = f"{other.leave(3)} <{own.bounce(5).upper()}> {own.reply(17, date(2026, 3, 2))}"
    link = own.leave(4).partition("-")[2].partition("@")[0]
    raw = f"{text}\r\nhttps://kaizen.example.org/unsubscribe/{link}\r\n{own.bounce(5)}\r\n".encode()
    found = signed_inside(raw, own)
    assert (Purpose.BOUNCE, (5,)) in found
    assert (Purpose.UNSUBSCRIBE, (4,)) in found
    assert (Purpose.UNSUBSCRIBE, (3,)) not in found
    assert len(found) == 3
    assert signed_inside(b"nothing of ours", own) == []


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-8", "nonsense"])
def test_a_bounce_is_read_quickly_whatever_charset_it_names(charset: str) -> None:
    raw = (
        "From: MAILER-DAEMON@example.net\r\nSubject: Undelivered Mail\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
        "Désolé \\o. The following address failed:\r\n\r\n  <ann@example.org>: 550 user unknown\r\n"
    ).encode() + (b"a" * 30_000 + b"-" + b"kzz9" * 30_000)
    started = time.process_time()
    assert read_report(raw) == Returned(HARD, "free form")
    assert time.process_time() - started < 0.5
