"""Bytes as text, whatever charset they claim."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.mail.charsets import decoded

EVERY_DAY = "Für heute genug, ça va"


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        (EVERY_DAY, "utf-8", "utf-8"),
        (EVERY_DAY, "utf-8", ""),
        (EVERY_DAY, "utf-8", "us-ascii"),
        (EVERY_DAY, "utf-8", "iso-8859-1"),
        (EVERY_DAY, "utf-8", "windows-1252"),
        (EVERY_DAY, "utf-8", "x-unknown"),
        (EVERY_DAY, "windows-1252", "utf-8"),
        (EVERY_DAY, "windows-1252", "us-ascii"),
        (EVERY_DAY, "windows-1252", ""),
        ("“easy” – €", "windows-1252", "iso-8859-1"),
        ("€ Žižek", "iso-8859-15", "iso-8859-15"),
        ("Łatwo poszło", "iso-8859-2", "ISO-8859-2"),
        ("Сегодня легко", "koi8-r", "KOI8-R"),
        ("Сегодня легко", "windows-1251", '"windows-1251"'),
        ("今日は簡単", "iso-2022-jp", "ISO-2022-JP"),
        ("ﾊﾝｶｸ", "iso2022_jp_ext", "iso-2022-jp"),
        ("①番、簡単", "cp932", "Shift_JIS"),
        ("今日は簡単", "euc-jp", "EUC-JP"),
        ("今天很容易", "gb18030", "gb2312"),
        ("今天很容易㐂", "gb18030", "GBK"),
        ("今天很容易", "big5", "Big5"),
        ("오늘은 쉬웠어요 똠", "cp949", "ks_c_5601-1987"),
        ("היה קל", "iso-8859-8", "iso-8859-8-i"),
        ("kolaydı", "windows-1254", "iso-8859-9"),
        ("easy", "utf-7", "unicode-1-1-utf-7"),
        ("Übung", "utf-16", "utf-16"),
        ("Übung", "utf-16-le", "utf-16"),
        ("Übung", "utf-16-be", "utf-16"),
        ("Übung", "utf-16", "us-ascii"),
        ("Übung", "utf-8-sig", "iso-8859-1"),
    ],
)
def test_text_is_read_as_it_was_meant(text: str, written: str, declared: str) -> None:
    assert decoded(text.encode(written), declared) == text


def test_a_character_cut_at_the_end_spoils_nothing() -> None:
    data = "Für ü".encode()[:-1]
    assert decoded(data, "utf-8", whole=False) == "Für "
    assert decoded("今日".encode("cp932")[:-1], "shift_jis", whole=False) == "今"


def test_a_few_broken_bytes_in_utf_8_do_not_spoil_the_rest() -> None:
    assert decoded("Grüße, schöne \xff".encode() + b"\xff und", "utf-8").startswith("Grüße, schöne")


CHARSETS = [
    "",
    "utf-8",
    "utf-7",
    "utf-16",
    "utf-32",
    "iso-2022-jp",
    "iso-2022-kr",
    "hz",
    "gb18030",
    "big5",
    "koi8-r",
]


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(CHARSETS) | st.text(max_size=80), st.booleans())
def test_anything_is_decoded(data: bytes, charset: str, whole: bool) -> None:
    assert isinstance(decoded(data, charset, whole), str)


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "unicode_escape", "utf-7", "hz", "iso-2022-jp", "x" * 100_000]
)
def test_no_charset_takes_long(charset: str) -> None:
    started = time.thread_time()
    for piece in (b"a-b", b"+AGQ", b"~{", b"\x1b$B", b"\\u"):
        decoded(piece * 50_000, charset)
    assert time.thread_time() - started < 5
