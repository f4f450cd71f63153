"""What no person wrote is told from what a person wrote: only the latter is ever answered."""

import pytest

from service.mail.compose import compose
from service.mail.inbound import read_message
from tests.unit.mail.samples import LETTERS, NOW, sender


def automatic(*headers: str, body: str = "done") -> str:
    """Return why a message with these headers is automatic."""
    heads = [name.partition(":")[0].lower() for name in headers]
    first = [] if "from" in heads else ["From: Ann <ann@example.org>"]
    return read_message("\r\n".join([*first, *headers, "", body, ""]).encode()).automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-notified; owner-email=x@y",
        "Auto-Submitted: Auto-Replied (vacation)",
        "auto-submitted:AUTO-REPLIED",
        "Auto-Submitted: something-new",
        "Auto-Submitted:\r\n auto-replied",
        "Precedence: bulk",
        "Precedence: Bulk",
        "Precedence: junk",
        "Precedence: list",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Autorespond: vacation",
        "X-Autoresponder: yes",
        "List-Id: <friends.example.org>",
        "List-ID: friends",
        "List-Unsubscribe: <mailto:x@y>",
        "List-Post: <mailto:x@y>",
        "list-help: x",
        "Return-Path: <>",
        "Return-Path:  <> ",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        "Content-Type: Multipart/Report; boundary=b",
        "From: MAILER-DAEMON@example.org",
        "From: Mail Delivery System <mailer-daemon@example.org>",
        "From: postmaster@example.org",
        "From: noreply@example.org",
        "From: Shop <no-reply@example.org>",
    ],
)
def test_automatic_mail_says_so_in_a_header(header: str) -> None:
    assert automatic("Subject: Re: Write 1 sentence", header) != ""


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No",
        "Auto-Submitted: no; x=y",
        "Auto-Submitted:",
        "Precedence: normal",
        "Precedence: first-class",
        "Importance: high",
        "Return-Path: <ann@example.org>",
        "X-Auto-Response-Suppress: All",  # asks not to be answered by machines; Exchange adds it for people
        "X-Mailer: iPhone Mail (20A362)",
        "X-Listening-To: music",
        "Listen: closely",
        "Received-SPF: pass",
        "DKIM-Signature: v=1; a=rsa-sha256",
        "Authentication-Results: mx.example.org; dkim=pass",
        "From: norepeat@example.org",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: multipart/alternative; boundary=b",
        "Subject: Auto-Submitted: auto-replied",
    ],
)
def test_a_persons_mail_is_not_taken_for_a_machines(header: str) -> None:
    assert automatic("Message-ID: <1@example.org>", header) == ""


def test_words_in_the_body_make_no_mail_automatic() -> None:
    body = "done\r\nAuto-Submitted: auto-replied\r\nPrecedence: bulk\r\nList-Id: x"
    assert automatic("Subject: x", body=body) == ""


def test_an_inner_part_makes_no_mail_automatic() -> None:
    body = "--b\r\nAuto-Submitted: auto-replied\r\nList-Id: x\r\n\r\ndone\r\n--b--"
    assert automatic("Content-Type: multipart/mixed; boundary=b", body=body) == ""


def test_of_two_contradicting_headers_a_machines_counts() -> None:
    assert automatic("Auto-Submitted: auto-replied", "Auto-Submitted: no") != ""
    assert automatic("Precedence: normal", "Precedence: bulk") != ""
    assert automatic("Auto-Submitted: no", "Auto-Submitted: auto-replied") != ""


@pytest.mark.parametrize("name", LETTERS)
def test_our_own_mail_is_automatic_when_it_comes_back(name: str) -> None:
    assert read_message(compose(LETTERS[name], sender(), NOW).content).automatic != ""
