"""Our own mails, signed and then taken by a real server: what a receiver checks still holds."""

from tests.smtp import Mail
from tests.unit.mail.receiver import signatures, tags_of
from tests.unit.mail.test_signing import SIGNER, holds
from tests.world import World


def crossed(raw: bytes, *lines: bytes) -> bytes:
    """Return a mail with the trace headers that the servers on its way put in front."""
    return (
        b"".join(b"Received: from %b by mx.example.net;\r\n Mon, 02 Mar 2026\r\n" % line for line in lines)
        + raw
    )


def names_signed(signed: bytes) -> list[bytes]:
    """Return the names of the headers that the first signature of a mail covers."""
    return tags_of(signatures(signed)[0])[b"h"].split(b":")


def test_every_kind_of_mail_can_be_signed(world: World) -> None:
    daily = world.start(goal="Ein Buch schreiben — ümlaut", step="Schreibe 1 Satz über Ä")
    (answer,) = world.reply(daily, "status")
    kinds: list[Mail] = [*world.mails]
    assert answer in kinds
    assert len(kinds) == 3
    for mail in kinds:
        signed = SIGNER.sign(mail.raw)
        assert holds(crossed(signed, b"us", b"them")) == [True, True]
        assert b"\r\nReply-To" not in mail.raw or b"reply-to" in names_signed(signed)


def test_the_unsubscribe_button_is_covered(world: World) -> None:
    signed = SIGNER.sign(world.start().raw)
    names = names_signed(signed)
    for name in (b"list-unsubscribe", b"list-unsubscribe-post"):  # RFC 8058, 4
        assert name in names
    assert names.count(b"from") == 2
