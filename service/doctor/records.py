"""What stands in the DNS records of SPF, DKIM and DMARC, and how to write one."""

from collections.abc import Sequence
from ipaddress import ip_address

from service.setting_values import LOOPBACK
from service.settings import Settings

_STRING = 255  # characters of one string of a TXT record (RFC 1035, 3.3.14)


def tags(record: str) -> dict[str, str]:
    """Return the tags of a DKIM or DMARC record by their names."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, equals, value in pairs if equals}


def spf_of(texts: Sequence[str]) -> list[str]:
    """Return the SPF records among the texts of a domain (RFC 7208, 4.5)."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def dmarc_of(texts: Sequence[str]) -> list[str]:
    """Return the DMARC records among the texts of a name (RFC 7489, 6.6.3)."""
    return [text for text in texts if tags(text.partition(";")[0]) == {"v": "DMARC1"}]


def txt_line(name: str, value: str) -> str:
    """Return a TXT record as a zone file has it."""
    strings = [value[start : start + _STRING] for start in range(0, len(value), _STRING)]
    return f"{name}. TXT " + " ".join(f'"{string}"' for string in strings)


def spf_to_publish(settings: Settings, page_host: str) -> str:
    """Return the SPF record that allows the server of SMTP_URL, or this machine, to send."""
    host = settings.smtp.host if settings.smtp else page_host
    host = page_host if host in LOOPBACK else host
    try:
        address = ip_address(host)
    except ValueError:
        return f"v=spf1 a:{host} -all"
    return f"v=spf1 ip{address.version}:{host} -all"
