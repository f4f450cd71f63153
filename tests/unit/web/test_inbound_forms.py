"""Posted forms as bytes: whatever was in comes out again, and what is not asked for costs little."""

import time
from contextlib import suppress
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.inbound.forms import MOST_FIELDS, form_of, unquoted
from service.web.inbound.shared import Refused

URLENCODED = "application/x-www-form-urlencoded"


@given(st.binary(max_size=300))
def test_quoted_bytes_come_back(value: bytes) -> None:
    assert unquoted(quote_plus(value).encode()) == value
    assert unquoted("".join(f"%{byte:02x}" for byte in value).encode()) == value


@given(st.binary(max_size=300).filter(lambda value: not set(value) & set(b"%+&")))
def test_bytes_that_nobody_quoted_stay(value: bytes) -> None:
    assert unquoted(value) == value


@given(st.binary(max_size=500), st.sampled_from([URLENCODED, "multipart/form-data; boundary=x"]))
def test_any_body_is_a_form_or_refused(body: bytes, kind: str) -> None:
    with suppress(Refused):
        assert form_of(kind, body).value("a name that is not there") is None


@given(st.text(max_size=100))
def test_any_kind_is_known_or_refused(kind: str) -> None:
    with pytest.raises(Refused):
        form_of(f"text/{kind}", b"")


@given(st.dictionaries(st.from_regex(r"[a-z-]{1,9}", fullmatch=True), st.binary(max_size=99), max_size=5))
def test_both_kinds_of_forms_say_the_same(fields: dict[str, bytes]) -> None:
    urlencoded = b"&".join(f"{name}={quote_plus(value)}".encode() for name, value in fields.items())
    parts = [
        f'--a bound\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
        if b"--a bound" not in value
    ]
    posted = b"".join(parts) + b"--a bound--\r\n"
    for kind, body in ((URLENCODED, urlencoded), ('multipart/form-data; boundary="a bound"', posted)):
        form = form_of(kind, body)
        assert {name: form.value(name) for name in fields} == fields


def test_a_field_that_is_there_twice_is_refused_when_it_is_asked_for() -> None:
    form = form_of(URLENCODED, b"a=1&b=2&a=3")
    assert form.text("b") == "2"
    with pytest.raises(Refused, match="more than once"):
        form.text("a")


@pytest.mark.parametrize(
    "filler", [b"a", b"\r", b"\n", b"\r\n", b"\r\n--", b"\r\n--x", b"--x\r\n", b"%41", b"&", b"="]
)
def test_no_body_takes_long(filler: bytes) -> None:
    size = 4 * 1024 * 1024
    head = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    started = time.process_time()
    for kind, start in ((URLENCODED, b"a="), ("multipart/form-data; boundary=x", head)):
        try:
            form_of(kind, start + filler * (size // len(filler))).value("a")
        except Refused:
            continue
    assert time.process_time() - started < 3


def test_the_number_of_fields_is_bounded() -> None:
    fields = [b"a%d=1" % number for number in range(MOST_FIELDS)]
    assert form_of(URLENCODED, b"&".join(fields)).text("a7") == "1"
    with pytest.raises(Refused, match="too many"):
        form_of(URLENCODED, b"&".join([*fields, b"one=more"]))
