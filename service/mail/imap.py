"""Open a mailbox by IMAP (RFC 3501): connect, secure, log in; and say in our words what stands in the way."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from service.inbound_values import ImapServer
from service.setting_values import LOOPBACK

TIMEOUT = SocketTimeout(connect=10, read=30)  # seconds an answer
# What imaplib and IMAPClient are known to raise where a server breaks off, hangs or talks nonsense.
FAILURES = (IMAPClientError, OSError, ValueError, LookupError, TypeError, AttributeError)
# RFC 5530: what a login may be refused with though user and password are right.
_FOR_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")


class MailboxError(Exception):
    """The mailbox can't be read now. The words are ours, without a name: they may stand in a log.

    `alarm` says that it will not mend itself: an operator should look.
    """

    def __init__(self, words: str, alarm: bool = False) -> None:
        super().__init__(words)
        self.alarm = alarm


@contextmanager
def opened(server: ImapServer) -> Iterator[IMAPClient]:
    """Connect and log in; raises MailboxError. Without a fault the connection ends with a goodbye."""
    client = _connected(server)
    try:
        _secure(client, server)
        _log_in(client, server)
        yield client
    except BaseException:
        with suppress(*FAILURES):
            client.shutdown()
        raise
    with suppress(*FAILURES):
        client.logout()


def _connected(server: ImapServer) -> IMAPClient:
    try:
        return IMAPClient(
            server.host, server.port, ssl=server.tls, ssl_context=_context(server), timeout=TIMEOUT
        )
    except ssl.SSLCertVerificationError as error:
        raise _uncertified(error) from error
    except FAILURES as error:
        raise MailboxError(f"the server does not answer ({type(error).__name__})") from error


def _context(server: ImapServer) -> ssl.SSLContext:
    """Return how TLS is made: the server must prove its name, as it gets our password.

    On this machine it may be anybody's certificate where it is asked for by STARTTLS. A certificate of an
    authority of one's own is trusted by OpenSSL's SSL_CERT_FILE.
    """
    context = ssl.create_default_context()
    if not server.tls and server.host in LOOPBACK:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _secure(client: IMAPClient, server: ImapServer) -> None:
    if server.tls:
        return
    if not client.has_capability("STARTTLS"):
        if server.host not in LOOPBACK:
            raise MailboxError("the server offers no TLS, and a password needs it", alarm=True)
        return
    try:
        client.starttls(_context(server))
    except ssl.SSLCertVerificationError as error:
        raise _uncertified(error) from error
    except FAILURES as error:
        raise MailboxError(f"the connection can't be made secure ({type(error).__name__})") from error


def _uncertified(error: ssl.SSLCertVerificationError) -> MailboxError:
    return MailboxError(f"the server's certificate is not trusted: {error.verify_message}", alarm=True)


def _log_in(client: IMAPClient, server: ImapServer) -> None:
    try:
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(server.user, server.password)
        else:
            escaped = server.user.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{escaped}"', server.password)
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError) or any(
            code in str(error) for code in _FOR_NOW
        ):
            raise MailboxError("the server takes no login now") from error
        raise MailboxError("the server refuses the user or the password of IMAP_URL", alarm=True) from error
    except UnicodeEncodeError as error:
        raise MailboxError("the server takes only ASCII for a user and password", alarm=True) from error
    except FAILURES as error:
        raise MailboxError(f"the login broke off ({type(error).__name__})") from error
