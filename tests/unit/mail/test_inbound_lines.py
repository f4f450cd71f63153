"""A reply's own lines: what stands above the first quote, whichever mail program wrote it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.command import Command
from service.domain.commands import parse
from service.mail.own_lines import own_lines

ADDRESS = "reply-17-739686-abcdefghijklmnopqrstuvwxyz@kaizen.example.org"
# Each of these words is a command: none of them may ever act.
QUOTE = "\n".join(
    f"> {line}" for line in ("Today's step", "", "done", "skip", "stop", "pause 3 days", "undo", "smaller")
)

ATTRIBUTIONS = {
    "short English": "On Monday, Kaizen wrote:",
    "English": f"On Wed, Mar 11, 2026 at 8:00 AM Kaizen <{ADDRESS}> wrote:",
    "English on two lines": f"On Wed, Mar 11, 2026 at 8:00 AM Kaizen <\n{ADDRESS}> wrote:",
    "English on three lines": f"On Wed, Mar 11, 2026 at 8:00 AM\nKaizen <{ADDRESS}>\nwrote:",
    "mutt": "On Wed, Mar 11, 2026 at 08:00:00AM +0100, Kaizen wrote:",
    "Thunderbird": "On 11/03/2026 08:00, Kaizen wrote:",
    "German": f"Am Mi., 11. März 2026 um 08:00 Uhr schrieb Kaizen <{ADDRESS}>:",
    "German on two lines": f"Am Mi., 11. März 2026 um 08:00 Uhr schrieb Kaizen\n<{ADDRESS}>:",
    "German Thunderbird": "Am 11.03.26 um 08:00 schrieb Kaizen:",
    "French": f"Le mer. 11 mars 2026 à 08:00, Kaizen <{ADDRESS}> a écrit :",
    "French on two lines": f"Le mer. 11 mars 2026 à 08:00, Kaizen <{ADDRESS}> a\nécrit :",
    "Spanish": f"El mié, 11 mar 2026 a las 8:00, Kaizen (<{ADDRESS}>) escribió:",
    "Italian": f"Il giorno mer 11 mar 2026 alle ore 08:00 Kaizen <{ADDRESS}> ha scritto:",
    "Portuguese": f"Em qua., 11 de mar. de 2026 às 08:00, Kaizen <{ADDRESS}> escreveu:",
    "Dutch": f"Op wo 11 mrt 2026 om 08:00 schreef Kaizen <{ADDRESS}>:",
    "Polish": f"śr., 11 mar 2026 o 08:00 Kaizen <{ADDRESS}> napisał(a):",
    "Czech": f"st 11. 3. 2026 v 8:00 odesílatel Kaizen <{ADDRESS}> napsal:",
    "Swedish": f"Den ons 11 mars 2026 kl 08:00 skrev Kaizen <{ADDRESS}>:",
    "Turkish": f"Kaizen <{ADDRESS}>, 11 Mar 2026 Çar, 08:00 tarihinde şunu yazdı:",
    "Russian": f"ср, 11 мар. 2026 г. в 08:00, Kaizen <{ADDRESS}>:",
    "Ukrainian": f"ср, 11 бер. 2026 р. о 08:00 Kaizen <{ADDRESS}> пише:",
    "Japanese": f"2026年3月11日(水) 8:00 Kaizen <{ADDRESS}>:",
    "Chinese": f"Kaizen <{ADDRESS}> 于2026年3月11日周三 08:00写道：",
    "Korean": f"2026년 3월 11일 (수) 오전 8:00, Kaizen <{ADDRESS}>님이 작성:",
    "Hebrew": f"\u202bבתאריך יום ד׳, 11 במרץ 2026 ב-8:00 מאת \u202aKaizen\u202c\u200f"
    f" <\u202a{ADDRESS}\u202c\u200f>:\u202c",
    "none": "",
}
COMMANDS = ("done", "pause", "smaller", "step: write two lines", "done, it felt easy")
NUMBERED = (
    "pause 3 days",
    "pause until 24 dec",
    "pause until 2026-12-24",
    "step: write 2 lines",
    "done 5 pages",
)
EVERY_ATTRIBUTION = pytest.mark.parametrize("language", ATTRIBUTIONS)


@EVERY_ATTRIBUTION
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["a blank line", "no blank line"])
def test_a_command_above_the_quote_is_found_whatever_introduces_the_quote(language: str, gap: str) -> None:
    for command in COMMANDS:
        assert own_lines(f"{command}{gap}{ATTRIBUTIONS[language]}\n{QUOTE}\n") == (command,)


@pytest.mark.parametrize("command", NUMBERED)
def test_a_command_with_a_number_right_above_the_quote_is_found(command: str) -> None:
    for attribution in ATTRIBUTIONS.values():
        assert own_lines(f"{command}\n\n{attribution}\n{QUOTE}\n") == (command,)
        assert own_lines(f"{command}\n{attribution}\n{QUOTE}\n") == (command,)


@EVERY_ATTRIBUTION
def test_a_note_below_done_is_kept_without_what_introduces_the_quote(language: str) -> None:
    text = f"done\n\nIt felt easy.\nTomorrow again.\n\n{ATTRIBUTIONS[language]}\n{QUOTE}\n"
    assert own_lines(text) == ("done", "", "It felt easy.", "Tomorrow again.")


@pytest.mark.parametrize("language", ["short English", "English", "German", "Japanese", "none"])
def test_a_note_right_above_the_quote_is_kept(language: str) -> None:
    text = f"done\nIt felt easy.\n{ATTRIBUTIONS[language]}\n{QUOTE}\n"
    assert own_lines(text) == ("done", "It felt easy.")


@EVERY_ATTRIBUTION
@pytest.mark.parametrize("above", ["", "\n\n", "   \n\t\n"])
def test_a_reply_without_own_words_has_no_own_lines(language: str, above: str) -> None:
    assert own_lines(f"{above}{ATTRIBUTIONS[language]}\n{QUOTE}\n") == ()


@EVERY_ATTRIBUTION
def test_words_below_or_between_quotes_are_never_the_command(language: str) -> None:
    bottom = f"{ATTRIBUTIONS[language]}\n{QUOTE}\n\nstop\n"
    between = f"{ATTRIBUTIONS[language]}\n> Today's step\n\nstop\n\n> Write 1 sentence\n\nskip\n"
    assert own_lines(bottom) == ()
    assert own_lines(between) == ()


@pytest.mark.parametrize("mark", ["> ", ">", ">> ", "  > ", "> > ", "| ", "&gt; ", "＞"])
def test_every_way_of_quoting_ends_the_own_lines(mark: str) -> None:
    quoted = "\n".join(f"{mark}{word}" for word in ("skip", "stop"))
    assert own_lines(f"done\n\n{quoted}\n") == ("done",)
    assert own_lines(f"{quoted}\n\nstop\n") == ()


HEADERS = "\n".join(("Sent: Wednesday", "To: Ann", "Subject: Write 1 sentence", "", "done", "stop"))
SEPARATORS = {
    "underscores": f"________________________________\nFrom: Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in English": f"From: Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in German": f"Von: Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in French": f"De : Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in Spanish": f"De: Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in Italian": f"Da: Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in Dutch": f"Van: Kaizen <{ADDRESS}>\n{HEADERS}",
    "Outlook in Polish": f"Od: Kaizen <{ADDRESS}>\n{HEADERS}",
    "original message": f"-----Original Message-----\nFrom: Kaizen\n{HEADERS}",
    "original message with spaces": f"----- Original Message -----\n{HEADERS}",
    "original message in German": f"-----Ursprüngliche Nachricht-----\n{HEADERS}",
    "original message in French": f"-----Message d'origine-----\n{HEADERS}",
    "original message in Spanish": f"-----Mensaje original-----\n{HEADERS}",
    "original message in Portuguese": f"-----Mensagem original-----\n{HEADERS}",
    "original message in Italian": f"-----Messaggio originale-----\n{HEADERS}",
    "original message in Dutch": f"-----Oorspronkelijk bericht-----\n{HEADERS}",
    "forwarded": f"---------- Forwarded message ---------\nFrom: Kaizen\n{HEADERS}",
    "forwarded by Apple": f"Begin forwarded message:\n\nFrom: Kaizen\n{HEADERS}",
    "signature": "-- \nAnn\nstop",
    "signature without its space": "--\nAnn\nstop",
    "a phone": "Sent from my iPhone",
    "a phone, and a quote": f"Sent from my phone\n\nOn Monday, Kaizen wrote:\n{QUOTE}",
    "Outlook on a phone": "Get Outlook for iOS<https://aka.ms/o0ukef>",
}


@pytest.mark.parametrize("separator", SEPARATORS)
def test_what_a_mail_program_adds_is_not_the_persons_own(separator: str) -> None:
    added = SEPARATORS[separator]
    assert own_lines(f"done\n\n{added}\n") == ("done",)
    assert own_lines(f"done\nfelt easy\n\n{added}\n") == ("done", "felt easy")


@pytest.mark.parametrize("separator", SEPARATORS)
def test_what_a_mail_program_adds_to_an_empty_reply_is_no_command(separator: str) -> None:
    first, *_ = own_lines(f"\n\n{SEPARATORS[separator]}\n") or ("",)
    assert not isinstance(parse(first, date(2026, 3, 11)), Command)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        (" \n\t\n", ()),
        ("done", ("done",)),
        ("\r\n\r\n  done  \r\n", ("  done",)),
        ("done\r\nnote\rmore", ("done", "note", "more")),
        ("done\n\n\n\nnote", ("done", "", "", "", "note")),
        ("Things to do:\nwrite", ("Things to do:", "write")),  # a colon with no quote below
        ("done at 9 > 8", ("done at 9 > 8",)),
        ("done -- easy", ("done -- easy",)),
        ("x" * 10_000, ("x" * 4000,)),
    ],
)
def test_other_text_is_taken_as_it_is(text: str, lines: tuple[str, ...]) -> None:
    assert own_lines(text) == lines


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_below_the_first_quoted_line_is_ever_own(above: str, below: str) -> None:
    lines = own_lines(f"{above}\n> quoted\nMARKER {below}")
    assert not any("MARKER" in line or "quoted" in line for line in lines)
    assert len(lines) <= 200
