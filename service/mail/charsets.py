"""Bytes → text, whatever they claim to be: the declared charset, or UTF-8, or windows-1252."""

import codecs

# What mail programs call them, where Python has no such name or a narrower one than is meant (WHATWG).
_MEANT = {
    "ascii": "windows-1252",
    "iso8859_1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x_gbk": "gb18030",
    "shift_jis": "cp932",
    "x_sjis": "cp932",
    "windows_31j": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
    "euc_kr": "cp949",
    "ks_c_5601_1987": "cp949",
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_9": "cp1254",
    "tis_620": "cp874",
    "unicode_1_1_utf_7": "utf_7",
}
# Python knows them, no mail program writes them, and the first takes forever to decode.
_NO_CHARSETS = {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape"}
_MARKS = ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16_le"), (codecs.BOM_UTF16_BE, "utf_16_be"))
# Single bytes that mean something in every order, so text in UTF-8 that is declared so would pass for it.
_WESTERN = {"cp1252", "iso8859_15", "cp1254"}


def decoded(data: bytes, charset: str = "", whole: bool = True) -> str:
    """Return bytes as text, never failing. `whole` is false where the data may be cut inside a character."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _tried(data[len(mark) :], name, whole) or data[len(mark) :].decode(name, "replace")
    names = _names(charset)
    if names[0] == "utf_16":  # without a mark: by where the zero of the first letter stands
        names = ["utf_16_be" if data[:1] == b"\0" else "utf_16_le", "utf_8"]
    for name in names:
        if (text := _tried(data, name, whole)) is not None:
            return text
    # Something else than it says, or broken: by single bytes where the most of it is ASCII.
    fallback = "utf_8" if names[0] == "utf_8" and _mostly_utf8(data) else "cp1252"
    return data.decode(fallback, "replace")


def _names(charset: str) -> list[str]:
    """Return the codecs to try, the likeliest first."""
    declared = _codec(charset)
    if declared is None or declared in _WESTERN:
        return ["utf_8", *([declared] if declared else [])]
    return [declared, "utf_8"]


def _codec(charset: str) -> str | None:
    """Return the name of Python's codec for a charset, or None where there is none for text."""
    name = charset.strip(" \t\"'").lower().replace("-", "_")[:60]
    try:
        found = codecs.lookup(_MEANT.get(name, name)).name.replace("-", "_")
        found = codecs.lookup(_MEANT.get(found, found)).name.replace("-", "_")
        b"a".decode(found, "replace")  # LookupError for what is no text encoding, such as rot13
    except (LookupError, ValueError):
        return None
    return None if found in _NO_CHARSETS else found


def _tried(data: bytes, name: str, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(name)().decode(data, whole)
    except (ValueError, LookupError):
        return None


def _mostly_utf8(data: bytes) -> bool:
    """Tell whether broken bytes are more likely damaged UTF-8 than Western text."""
    text = data.decode("utf_8", "replace")
    return sum(character > "\x7f" and character != "\ufffd" for character in text) > text.count("\ufffd")
