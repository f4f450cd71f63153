"""Reports about our mails, as servers and providers send them."""

from email.utils import make_msgid

from service.actions.outbox import Outbox
from service.actions.receive import keep, receive
from service.domain.arrival import Arrival, Route
from tests.smtp import Mail
from tests.world import World


def dsn(mail: Mail, status: str, action: str = "failed", said: str = "") -> bytes:
    """Return a delivery status notification (RFC 3464) about a mail of ours."""
    return (
        "From: MAILER-DAEMON@relay.example.net\r\n"
        f"To: {mail.mail_from}\r\n"
        f"Message-ID: {make_msgid(domain='relay.example.net')}\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {mail.rcpt_to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said or f'550 {status} no'}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: {mail['Subject']}\r\n--b--\r\n"
    ).encode()


def arf(inside: bytes, feedback: str = "abuse") -> bytes:
    """Return a complaint (RFC 5965) about a mail."""
    return (
        b"From: feedback@provider.example\r\nMessage-ID: "
        + make_msgid(domain="provider.example").encode()
        + b"\r\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nThis is a complaint.\r\n"
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: " + feedback.encode() + b"\r\n"
        b"User-Agent: Provider/1\r\nVersion: 1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inside + b"\r\n--b--\r\n"
    )


def come_back(world: World, mail: Mail, status: str, action: str = "failed", said: str = "") -> None:
    """Let a mail of ours come back, to its envelope sender, and let the workers work."""
    world.send(dsn(mail, status, action, said), mail.mail_from, mail_from="")
    world.work()


def stored(
    world: World, raw: bytes, rcpt_to: str, mail_from: str = "", *, dmarc: str = "", trusted: str = ""
) -> str:
    """Store a message as any route may, past the door of the listener, and return what became of it."""
    outcome, _ = received(world, raw, rcpt_to, mail_from, dmarc=dmarc, trusted=trusted)
    return outcome


def received(
    world: World, raw: bytes, rcpt_to: str, mail_from: str = "", *, dmarc: str = "", trusted: str = ""
) -> tuple[str, Outbox]:
    """Do the same, and return the outbox as well."""
    with world.storage.write() as session:
        found = keep(world.outbox(session), Arrival(Route.IMAP, mail_from, rcpt_to, raw, dmarc))
    assert found is not None
    relays = frozenset(trusted.split())
    with world.storage.write() as session:
        outbox = world.outbox(session)
        return receive(outbox, found, world.sender.addresses, relays), outbox
