"""Signed tokens and the addresses that carry them."""

from base64 import b32encode
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from itsdangerous.encoding import base64_decode

from service.links import BadToken, Purpose, read, sign
from service.mail.addresses import Addresses

SECRET = "a secret for tests only"
TOKEN = sign(SECRET, Purpose.DONE, 17, 739_677)
ADDRESSES = Addresses(SECRET, "kaizen.example.org")
LARGEST_ID = 10**18 - 1


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("numbers", [(0,), (1,), (17, 739_677), (LARGEST_ID,), (LARGEST_ID, LARGEST_ID, 0)])
def test_a_token_gives_back_the_numbers_it_was_made_with(purpose: Purpose, numbers: tuple[int, ...]) -> None:
    assert read(SECRET, purpose, sign(SECRET, purpose, *numbers)) == numbers


@given(
    st.sampled_from(Purpose),
    st.lists(st.integers(min_value=0, max_value=LARGEST_ID), min_size=1, max_size=3),
)
def test_any_numbers_go_there_and_back(purpose: Purpose, numbers: list[int]) -> None:
    assert read(SECRET, purpose, sign(SECRET, purpose, *numbers)) == tuple(numbers)


def test_the_same_numbers_always_make_the_same_token() -> None:
    assert sign(SECRET, Purpose.DONE, 17, 739_677) == TOKEN
    assert sign(SECRET, Purpose.DONE, 17, 739_678) != TOKEN


@pytest.mark.parametrize(
    ("purpose", "numbers", "token"),
    [
        (Purpose.DONE, (17, 739_677), "17-739677-tqpfnjfzws6yfxufdqfb25vpae"),
        (Purpose.DONE, (17, 739_677, 1), "17-739677-1-pb4mkf6v3pzx57qx5br5golrr4"),
        (Purpose.REPLY, (1,), "1-2jz4vm7juz3rd5u44mwoazzpya"),
        (Purpose.UNSUBSCRIBE, (0,), "0-elwjedv3ggjwidnj5cukmkmnuu"),
        (Purpose.BOUNCE, (LARGEST_ID,), "999999999999999999-g3fkxay43dt6va77jlk64bqtxi"),
        (Purpose.CONFIRM, (5, 1_773_212_400), "5-1773212400-sjfszskgzkuja43ljs2hbbgw4q"),
    ],
)
def test_tokens_of_mails_sent_before_stay_good(
    purpose: Purpose, numbers: tuple[int, ...], token: str
) -> None:
    assert sign(SECRET, purpose, *numbers) == token
    assert read(SECRET, purpose, token) == numbers


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(Purpose), st.integers(0, LARGEST_ID)
)
def test_a_token_is_what_itsdangerous_signs(secret: str, purpose: Purpose, number: int) -> None:
    signer = Signer(secret, salt=f"kaizen.{purpose}", key_derivation="hmac", digest_method=sha256)
    digest = base64_decode(signer.get_signature(str(number)))
    expected = b32encode(digest[:16]).decode().rstrip("=").lower()
    assert sign(secret, purpose, number) == f"{number}-{expected}"


def test_a_token_with_any_one_character_changed_is_refused() -> None:
    for position, character in enumerate(TOKEN):
        for other in set("abcz0129-+é١ \n") - {character}:
            with pytest.raises(BadToken):
                read(SECRET, Purpose.DONE, TOKEN[:position] + other + TOKEN[position + 1 :])


def test_a_token_with_a_character_left_out_or_put_in_is_refused() -> None:
    for position in range(len(TOKEN)):
        for changed in (
            TOKEN[:position] + TOKEN[position + 1 :],
            TOKEN[:position] + "1" + TOKEN[position:],
            TOKEN[:position] + "-" + TOKEN[position:],
        ):
            with pytest.raises(BadToken):
                read(SECRET, Purpose.DONE, changed)


def test_a_truncated_token_is_refused_wherever_it_was_cut() -> None:
    for length in range(len(TOKEN)):
        for cut in (TOKEN[:length], TOKEN[-length:] if length else ""):
            with pytest.raises(BadToken):
                read(SECRET, Purpose.DONE, cut)


@pytest.mark.parametrize("other", [purpose for purpose in Purpose if purpose is not Purpose.DONE])
def test_a_token_for_one_purpose_is_worth_nothing_for_another(other: Purpose) -> None:
    with pytest.raises(BadToken):
        read(SECRET, other, TOKEN)


@pytest.mark.parametrize("secret", ["another secret for tests", SECRET + " ", SECRET.upper(), ""])
def test_a_token_made_with_another_secret_is_refused(secret: str) -> None:
    with pytest.raises(BadToken):
        read(SECRET, Purpose.DONE, sign(secret, Purpose.DONE, 17, 739_677))


@pytest.mark.parametrize(
    "strange",
    [
        *("", "-", "--", " ", "\0", "done", "null", "../../etc/passwd", "%31"),
        TOKEN.upper(),
        TOKEN.replace("17", "１７"),  # full-width digits
        TOKEN.replace("17", "١٧"),  # Arabic-Indic digits
        TOKEN.replace("17", "1²"),
        f"0{TOKEN}",
        TOKEN.replace("-739677-", "-0739677-"),
        TOKEN.replace("-739677-", "-739_677-"),
        f"+{TOKEN}",
        f"-{TOKEN}",
        f" {TOKEN}",
        f"{TOKEN}\n",
        f"{TOKEN}=",
        f"{TOKEN}.",
        f"{TOKEN}-{TOKEN}",
        "1" * 100_000 + TOKEN,
        TOKEN + "a" * 100_000,
        "1-" * 100_000 + "a" * 26,
        "-".join(["1", "2", "3", "4", "a" * 26]),
    ],
    ids=lambda text: repr(text[:40]),
)
def test_what_is_not_exactly_a_token_is_refused(strange: str) -> None:
    with pytest.raises(BadToken):
        read(SECRET, Purpose.DONE, strange)


def test_a_signature_does_not_move_to_a_number_written_otherwise() -> None:
    signature = TOKEN.rpartition("-")[2]
    for body in ("017-739677", "17-0739677", "177-39677", "17-739677-0", "17", "739677-17"):
        with pytest.raises(BadToken):
            read(SECRET, Purpose.DONE, f"{body}-{signature}")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(BadToken):
        read(SECRET, Purpose.REPLY, text)


@pytest.mark.parametrize("number", [1, 2**31, 2**53, LARGEST_ID])
def test_addresses_survive_servers_that_lower_case_drop_plus_or_cut(number: int) -> None:
    for address in (
        ADDRESSES.reply(number, date.max),
        ADDRESSES.leave(number),
        ADDRESSES.bounce(number),
    ):
        local, _, domain = address.partition("@")
        assert domain == "kaizen.example.org"
        assert len(local) <= 64
        assert address == address.lower()
        assert "+" not in address
        assert address.isascii()


def test_an_address_tells_what_it_is_for_and_its_numbers() -> None:
    day = date(2026, 3, 2)
    assert ADDRESSES.read(ADDRESSES.reply(17, day)) == (Purpose.REPLY, (17, day.toordinal()))
    assert ADDRESSES.read(ADDRESSES.leave(4)) == (Purpose.UNSUBSCRIBE, (4,))
    assert ADDRESSES.read(ADDRESSES.bounce(9)) == (Purpose.BOUNCE, (9,))


def test_an_address_is_read_in_any_case_and_in_angle_brackets() -> None:
    address = ADDRESSES.reply(17, date(2026, 3, 2))
    for written in (address.upper(), f"<{address}>", f" {address}\r\n", address.title()):
        assert ADDRESSES.read(written) == ADDRESSES.read(address)


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("reply-", "leave-"),
        lambda address: address.replace("reply-", "bounce-"),
        lambda address: address.replace("reply-", "done-"),
        lambda address: address.replace("reply-", "reply"),
        lambda address: address.replace("reply-", ""),
        lambda address: address.replace("@kaizen.", "@"),
        lambda address: address.replace("@", "@other."),
        lambda address: address + ".evil.example",
        lambda address: address.partition("@")[0],
        lambda address: address.replace("-1", "-2", 1),
        lambda address: address + "@kaizen.example.org",
        lambda address: "postmaster@kaizen.example.org",
        lambda address: "",
        lambda address: "@",
        lambda address: "x" * 100_000 + address,
    ],
)
def test_any_other_address_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(BadToken):
        ADDRESSES.read(change(ADDRESSES.reply(1, date(2026, 3, 2))))


def test_the_secret_is_not_in_the_repr_of_what_holds_it() -> None:
    assert SECRET not in repr(ADDRESSES)
