"""Words of others for a terminal: nothing in them can move its cursor, change its title, or hide."""

import re
import unicodedata

_TOKEN = re.compile(r"([0-9]{1,18}(?:-[0-9]{1,18}){0,2}-[a-z2-7]{4})[a-z2-7]{22}(?![a-z2-7])", re.IGNORECASE)
_HARMLESS = {"\n", "\t"}


def short(text: str) -> str:
    """Return text whose tokens are too short to be of use to anybody."""
    return _TOKEN.sub(r"\1…", text)


def safe(text: str) -> str:
    """Return text with all that a terminal may act on, or not show, escaped as `\\x1b` or `\\u202e`."""
    return "".join(character if _is_harmless(character) else _escaped(character) for character in text)


def line(text: str) -> str:
    """Return text as one safe line with short tokens."""
    return safe(short(text)).replace("\n", "\\n").replace("\t", " ")


def decoded(raw: bytes) -> str:
    """Return bytes as text; what is no UTF-8 comes as `\\xff`, and CRLF as a line's end."""
    return raw.replace(b"\r\n", b"\n").decode("utf-8", "backslashreplace")


def _is_harmless(character: str) -> bool:
    return character in _HARMLESS or unicodedata.category(character)[0] not in "CZ" or character == " "


def _escaped(character: str) -> str:
    number = ord(character)
    return (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )
