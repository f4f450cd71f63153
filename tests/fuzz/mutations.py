"""Ways to spoil a mail, each by chance; the same number spoils the same mail in the same way."""

import random
import re
from collections.abc import Callable

from tests.fuzz.seeds import SEEDS

Change = Callable[[bytes, random.Random], bytes]
LARGEST = 400_000  # bytes; what is larger is slow to make and shows nothing new

TOKENS = (
    *(
        b"From: ann@example.org\r\n",
        b"From: ",
        b"<",
        b">",
        b"@",
        b"[",
        b"]",
        b"(",
        b")",
        b'"',
        b"\\",
        b",",
        b";",
        b":",
    ),
    *(b"=?utf-8?q?=0A?=", b"=?utf-8?b?AAA?=", b"=?", b"?=", b"=?iso-2022-jp?B?GyRC?="),
    *(b"Message-ID: <[x@y>\r\n", b"Message-ID: <x@[y>\r\n", b"References: <a@b> <[c@d>\r\n"),
    *(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: multipart/digest; boundary=b\r\n",
    ),
    *(b"Content-Type: multipart/mixed\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: /\r\n"),
    *(
        b"Content-Type: text/html; charset=utf-7\r\n\r\n",
        b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n",
    ),
    *(
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"; charset*0*=''x; charset*1*=%ff",
        b"; a*99999999999=x",
    ),
    *(b"Content-Transfer-Encoding: base64\r\n\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"),
    *(
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n",
        b"Content-Disposition: attachment\r\n",
    ),
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x80",
        b"\xe2\x80\xae",
        b"\x1b$B",
    ),
    *(
        b"\r\n--",
        b"--\r\n",
        b"> ",
        b"\r\n> ",
        b"On ",
        b" wrote:\r\n",
        b"-----",
        b"________",
        b"From: a\r\nSent: b\r\n",
    ),
    *(
        b"<blockquote>",
        b"</blockquote>",
        b"<b x=1><p>",
        b"<a><div>",
        b"<table>",
        b"<!--",
        b"-->",
        b"<style>",
        b"&#0;",
    ),
    *(b'<div style="display:none">', b"<![CDATA[", b"<svg>", b"<template>", b"<plaintext>", b"</p>", b"<li>"),
    *(b"Auto-Submitted: \xff\r\n", b"Authentication-Results: a; dmarc=fail (((\r\n", b"begin 644 x\r\n"),
    *(
        b"done\r\n",
        b"1e999999999 pages\r\n",
        b"pause until 99999 feb\r\n",
        b"time 99:99\r\n",
        b"\xd9\xa3",
        b"9" * 5000,
    ),
)
CHARSETS = (
    *(
        b"utf-8",
        b"utf-7",
        b"utf-16",
        b"utf-32",
        b"us-ascii",
        b"iso-2022-jp",
        b"iso-2022-kr",
        b"gb18030",
        b"hz",
        b"big5",
    ),
    *(
        b"shift_jis",
        b"koi8-r",
        b"cp037",
        b"punycode",
        b"idna",
        b"rot13",
        b"zlib",
        b"undefined",
        b"unicode_escape",
    ),
    *(b"x-unknown", b'"', b"''", b"%", b"utf-8-sig", b"raw_unicode_escape", b"mbcs", b"string-escape"),
)
_CHARSET = re.compile(rb'(?<=charset=)"?[^\s;"]+"?', re.IGNORECASE)
_ENCODING = re.compile(rb"(?<=Content-Transfer-Encoding: )\S+", re.IGNORECASE)
_BOUNDARY = re.compile(rb'(?<=boundary=)"?[^\s;"]+"?', re.IGNORECASE)


def spoiled(number: int) -> bytes:
    """Return the mail of a number: one of the corpus, changed one to six times."""
    chance = random.Random(number)
    raw = chance.choice(SEEDS)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        raw = chance.choice(CHANGES)(raw, chance)[:LARGEST]
    return raw


def _flip(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randrange(1, 30)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    start, end = _slice(raw, chance)
    return raw[:start] + raw[end:]


def _double(raw: bytes, chance: random.Random) -> bytes:
    start, end = _slice(raw, chance)
    return raw[:end] + raw[start:]


def _put_in(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(raw) + 1)
        raw = raw[:at] + chance.choice(TOKENS) + raw[at:]
    return raw


def _long_run(raw: bytes, chance: random.Random) -> bytes:
    at = chance.choice((chance.randrange(len(raw) + 1), raw.find(b"\r\n\r\n") + 4, raw.find(b":") + 1, 0))
    token = chance.choice(
        (chance.choice(TOKENS), bytes([chance.randrange(256)]), raw[slice(*_slice(raw, chance))][:80])
    )
    return raw[:at] + token * (chance.choice((100, 3000, 60_000)) // max(1, len(token))) + raw[at:]


def _double_headers(raw: bytes, chance: random.Random) -> bytes:
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for _ in range(chance.randrange(1, 5)):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"\r\n".join(lines) + blank + body


def _shuffle_lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\r\n")
    for _ in range(chance.randrange(1, 6)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\r\n".join(lines)


def _confuse_boundaries(raw: bytes, chance: random.Random) -> bytes:
    found = [match[0].strip(b'"') for match in _BOUNDARY.finditer(raw)] or [b"b"]
    swapped = chance.choice(
        (b"", b"--", chance.choice(found), chance.choice(found) + b"x", b"=?utf-8?q?b?=", b" ")
    )
    if chance.random() < 0.5:
        return raw.replace(chance.choice(found), swapped, chance.randrange(1, 4))
    return _BOUNDARY.sub(lambda _: b'"' + swapped + b'"', raw, count=chance.randrange(1, 3))


def _splice(raw: bytes, chance: random.Random) -> bytes:
    other = chance.choice(SEEDS)
    if chance.random() < 0.3:
        return raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + other.partition(b"\r\n\r\n")[2]
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def _swap_charset(raw: bytes, chance: random.Random) -> bytes:
    return _CHARSET.sub(lambda _: chance.choice(CHARSETS), raw)


def _swap_encoding(raw: bytes, chance: random.Random) -> bytes:
    kinds = (b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"x-uuencode", b"\xff", b"")
    return _ENCODING.sub(lambda _: chance.choice(kinds), raw)


def _line_ends(raw: bytes, chance: random.Random) -> bytes:
    return raw.replace(
        b"\r\n", chance.choice((b"\n", b"\r", b"\n\r", b"\r\r\n", b"\x0b", b"\x85")), chance.choice((-1, 3))
    )


def _deepen(raw: bytes, chance: random.Random) -> bytes:
    wrap = chance.choice(
        (
            b"Content-Type: message/rfc822\r\n\r\n",
            b"Content-Type: multipart/mixed; boundary=w%d\r\n\r\n--w%d\r\n",
        )
    )
    for level in range(chance.choice((1, 3, 10, 30))):
        raw = (wrap % (level, level) if b"%d" in wrap else wrap) + raw
    return b"From: ann@example.org\r\n" + raw


def _slice(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.choice((1, 4, 40, 400, 4000)))


CHANGES: tuple[Change, ...] = (
    *(
        _flip,
        _cut,
        _double,
        _put_in,
        _put_in,
        _long_run,
        _double_headers,
        _shuffle_lines,
        _confuse_boundaries,
    ),
    *(_splice, _splice, _swap_charset, _swap_encoding, _line_ends, _deepen),
)
