"""The mail server that takes our mail: whether it answers, speaks TLS, and takes our login."""

import smtplib
import ssl

from service.doctor.finding import Finding, mend, ok, skip
from service.setting_values import LOOPBACK, SmtpServer
from service.settings import Settings

TIMEOUT = 5  # seconds
LISTED = ("pipelining", "size", "starttls", "8bitmime")


def look(settings: Settings) -> Finding:
    """Connect and log in, and say what the server offers; no mail is sent."""
    server = settings.smtp
    if server is None:
        return skip("smtp", "SMTP_URL is not set: mail stays in the local mailbox at /inbox")
    kind = smtplib.SMTP_SSL if server.tls else smtplib.SMTP
    try:
        with kind(server.host, server.port, timeout=TIMEOUT) as smtp:
            return _met(server, smtp)
    except smtplib.SMTPAuthenticationError as error:
        words = f"does not take our login ({error.smtp_code}); check user and password in SMTP_URL"
    except smtplib.SMTPNotSupportedError:
        words = "knows no login; take user and password out of SMTP_URL, or use its other port"
    except ssl.SSLError:
        words = "TLS fails; SMTP_URL is smtps:// for TLS from the start (465), smtp:// for STARTTLS (587)"
    except smtplib.SMTPResponseException as error:
        words = f"turns us away ({error.smtp_code}); ask whoever runs it"
    except (smtplib.SMTPException, OSError) as error:
        words = f"does not answer ({type(error).__name__}); check host and port in SMTP_URL"
    return mend("smtp", f"{server.host}:{server.port} {words}")


def _met(server: SmtpServer, smtp: smtplib.SMTP) -> Finding:
    smtp.ehlo_or_helo_if_needed()
    offers = {name for name in LISTED if smtp.has_extn(name)}
    tls = server.tls
    if not tls and smtp.has_extn("starttls"):
        smtp.starttls()
        smtp.ehlo()
        tls = True
        offers |= {name for name in LISTED if smtp.has_extn(name)}
    place = f"{server.host}:{server.port}"
    if server.user and not tls and server.host not in LOOPBACK:
        # It is not tried: that alone would show the password to everybody on the way.
        return mend("smtp", f"{place} offers no TLS, so our password would travel in clear; use smtps://")
    if server.user:
        _log_in(server, smtp)
    login = "takes our login" if server.user else "wants no login of us"
    listed = ", ".join(name.upper() for name in LISTED if name in offers) or "nothing more"
    return ok("smtp", f"{place} {login}, {'with' if tls else 'without'} TLS; offers {listed}")


def _log_in(server: SmtpServer, smtp: smtplib.SMTP) -> None:
    try:
        smtp.login(server.user, server.password)
    except smtplib.SMTPServerDisconnected:
        # Some servers hang up after a wrong password, and the next way to log in then finds nobody.
        raise smtplib.SMTPAuthenticationError(535, b"") from None
