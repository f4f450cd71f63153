"""Greet an SMTP server: connect, secure, log in; and say in our words what stands in the way."""

import smtplib
import ssl

from service.mail import smtp_line
from service.mail.transport import Unreachable, Unwelcome, unreachable
from service.setting_values import LOOPBACK, SmtpServer


def greeted(server: SmtpServer) -> smtplib.SMTP:
    """Connect, secure and log in; raises Unreachable or Unwelcome. Waits up to 20 seconds an answer."""
    try:
        return _greet(server)
    except smtplib.SMTPNotSupportedError as error:
        raise Unwelcome(f"{error}", "no login offered") from error
    except UnicodeEncodeError:
        raise Unwelcome("the user or password is not ASCII", "no login possible") from None
    except smtplib.SMTPResponseException as error:
        words = (
            error.smtp_error
            if isinstance(error.smtp_error, str)
            else error.smtp_error.decode(errors="replace")
        )
        kind = Unwelcome if error.smtp_code >= 500 else Unreachable
        raise kind(f"{error.smtp_code} {words}"[:300], f"{error.smtp_code} {type(error).__name__}") from error
    except (smtplib.SMTPException, OSError) as error:
        if type(error) is smtplib.SMTPException:  # smtplib's word for: no kind of login that we both know
            raise Unwelcome(f"{error}", "no login possible") from error
        raise unreachable(error) from error


def _greet(server: SmtpServer) -> smtplib.SMTP:
    context = _context(server)
    smtp = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=smtp_line.TIMEOUT, context=context)
        if server.tls
        else smtplib.SMTP(server.host, server.port, timeout=smtp_line.TIMEOUT)
    )
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.tls and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif not server.tls and _trusted_with_secrets(server):
            raise Unwelcome("STARTTLS is not offered, and a password needs it", "no TLS offered")
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _trusted_with_secrets(server: SmtpServer) -> bool:
    return bool(server.user) and server.host not in LOOPBACK


def _context(server: SmtpServer) -> ssl.SSLContext | None:
    """Return how TLS is made: a server that gets our password must prove its name, any other may be anybody.

    Without a password TLS is opportunistic (RFC 7435): better than none. A certificate of an authority of
    one's own is trusted by OpenSSL's SSL_CERT_FILE.
    """
    return ssl.create_default_context() if _trusted_with_secrets(server) else None
