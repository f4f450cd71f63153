"""What strangers send, before it goes into a header of ours."""

import pytest

from service.mail.compose import header_text, message_ids


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Write 1 sentence", "Write 1 sentence"),
        ("Écrire une phrase", "Écrire une phrase"),
        ("x\r\nBcc: x@y", "x Bcc: x@y"),
        ("x\n\n\nBcc: x@y", "x Bcc: x@y"),
        ("x\x0b\x0c\x1c\x85\u2028\u2029y", "x y"),
        ("=?UTF-8?Q?=0A?=Bcc: x@y", "= ?UTF-8?Q?=0A?=Bcc: x@y"),
        ("=\u200b?UTF-8?Q?=0A?=", "= ?UTF-8?Q?=0A?="),  # with a zero-width space that is taken out
        ("a\0b\x07c", "abc"),
        ("\u202eevil\u202c", "evil"),
        ("\ud800x", "x"),
        ("  spaces   everywhere  ", "spaces everywhere"),
        ("a" * 150, "a" * 150),
        ("a" * 151, "a" * 149 + "…"),
        ("", ""),
    ],
)
def test_header_text_is_one_harmless_line(typed: str, kept: str) -> None:
    assert header_text(typed) == kept


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("<1@x>", ["<1@x>"]),
        ("  <1@x>\r\n\t<2@y>", ["<1@x>", "<2@y>"]),
        ("<1@x><2@y>", ["<1@x>", "<2@y>"]),
        ("<[x@y>", []),
        ("<x@[y>", []),
        ("<x y@z> <a@b@c> <> <@> 1@x", []),
        ("<é@x> <\udce9@x> <\0@x> <\x7f@x>", []),  # no header could carry them
        (f"<{'a' * 300}@x> <1@x>", ["<1@x>"]),
        (" ".join(f"<{number}@x>" for number in range(30)), [f"<{number}@x>" for number in range(10, 30)]),
        ("<" * 100_000, []),
        ("", []),
    ],
)
def test_message_ids_are_taken_where_they_are_well_formed(header: str, found: list[str]) -> None:
    assert message_ids(header) == found
