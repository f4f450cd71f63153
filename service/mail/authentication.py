"""What a relay that we trust says of DMARC, in its Authentication-Results header (RFC 8601)."""

import re
from collections.abc import Iterator

LONGEST = 10_000  # characters of a header that are looked at
MOST = 50  # headers
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*[0-9]+\s*)?=\s*([a-z]+)(?=\s|$)", re.IGNORECASE)
_SERVER = re.compile(r'\s*([^\s;="]+)(?:\s+[0-9]+)?\s*')


def dmarc(values: tuple[str, ...], trusted: frozenset[str]) -> str:
    """Return "pass" or "fail" as a trusted relay says, or an empty string where none does.

    The topmost header with a trusted authserv-id decides: a relay puts its own above those that came with the
    mail. Where it is silent on DMARC (some relays write a header for each method), only a fail is believed
    from those below: to forge one would hurt nobody but the forger.
    """
    names = {name.casefold() for name in trusted}
    verdicts = [_verdict(rest) for server, rest in map(_split, values[:MOST]) if server in names]
    if not verdicts:
        return ""
    return verdicts[0] or ("fail" if "fail" in verdicts else "")


def _split(value: str) -> tuple[str, list[str]]:
    """Return the authserv-id of a header, in lower case, and its statements."""
    server, *statements = _statements(value[:LONGEST])
    found = _SERVER.fullmatch(server)
    return (found[1].casefold() if found else ""), statements


def _verdict(statements: list[str]) -> str:
    """Return what the statements say of DMARC; a fail outweighs a pass for another address."""
    found = {
        match[2].lower()
        for text in statements
        if (match := _RESULT.match(text)) and match[1].lower() == "dmarc"
    }
    return "fail" if "fail" in found else "pass" if "pass" in found else ""


def _statements(value: str) -> Iterator[str]:
    """Yield what stands between semicolons, without comments; quoted text counts as an empty word.

    A quoted authserv-id keeps its text.
    """
    kept: list[str] = []
    first = True
    for kind, text in _tokens(value):
        if kind == ";":
            yield "".join(kept)
            kept, first = [], False
        elif kind == '"':
            kept.append(text if first else '""')
        else:
            kept.append(text)
    yield "".join(kept)


def _tokens(value: str) -> Iterator[tuple[str, str]]:
    """Yield semicolons, quoted strings and other characters; comments (they nest) become a space."""
    depth, quoted, escaped, held = 0, False, False, ""
    for character in value:
        if escaped:
            escaped = False
            held += character if quoted else ""
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            if character == '"':
                quoted = False
                yield '"', held
            else:
                held += character
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            yield " ", " "
        elif depth:
            continue
        elif character == '"':
            quoted, held = True, ""
        else:
            yield (character if character == ";" else "x"), character
