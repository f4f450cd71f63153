"""An answer stands in the thread of the reply, says that a machine wrote it, and goes to the person alone."""

import re
from email import message_from_bytes
from email.policy import compat32

from tests.integration.replies import HOUR
from tests.smtp import Mail
from tests.world import EMAIL, World


def as_sent(mail: Mail, header: str) -> str:
    """Return a header as it stands on the wire, unfolded and not decoded."""
    return " ".join(str(message_from_bytes(mail.raw, policy=compat32)[header]).split())


def test_an_answer_names_the_reply_and_the_thread_before_it(world: World) -> None:
    mail = world.start()
    reply = world.written(mail, "status", References=mail["Message-ID"])
    world.send(reply)
    (answer,) = world.work()
    assert as_sent(answer, "In-Reply-To") == reply["Message-ID"]
    assert as_sent(answer, "References") == f"{mail['Message-ID']} {reply['Message-ID']}"
    assert answer["Message-ID"] not in (mail["Message-ID"], reply["Message-ID"])


def test_an_answer_is_marked_as_automatic_and_is_no_list(world: World) -> None:
    mail = world.start()
    (answer,) = world.reply(mail, "status")
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "List-ID" not in answer.message
    assert answer.rcpt_to == answer["To"] == EMAIL
    assert answer["From"] == mail["From"]
    assert answer["Reply-To"] == mail["Reply-To"]


def test_the_subject_of_an_answer_says_re_once(world: World) -> None:
    mail = world.start()
    subjects = {
        "Write 1 sentence": "Re: Write 1 sentence",
        "Re: Write 1 sentence": "Re: Write 1 sentence",
        "RE: re:Re:  Write 1 sentence": "Re: Write 1 sentence",
        "Re:": "Re: Write 1 sentence",
        "": "Re: Write 1 sentence",
        "Re: about regular things": "Re: about regular things",
        "Re: Écrire une phrase": "Re: Écrire une phrase",
        "Re: 一文を書く 😀": "Re: 一文を書く 😀",
    }
    answered = {}
    for subject in subjects:
        world.time += HOUR
        (answer,) = world.reply(mail, "status", Subject=subject)
        answered[subject] = answer["Subject"].lstrip()
    assert answered == subjects


def test_a_step_in_any_language_keeps_its_subject_through_the_thread(world: World) -> None:
    step = "Écrire une phrase très courte, même si elle n'est pas belle, et la relire à voix haute"
    mail = world.start(step=step)
    assert mail["Subject"].lstrip() == step
    (answer,) = world.reply(mail, "status")
    assert answer["Subject"].lstrip() == f"Re: {step}"
    (second,) = world.reply(answer, "help")
    assert second["Subject"].lstrip() == f"Re: {step}"


def test_a_reply_is_answered_whatever_its_message_id(world: World) -> None:
    mail = world.start()
    outlook = "<AM0PR04MB67891234567890ABCDEF@AM0PR04MB6789.eurprd04.prod.outlook.com>"
    long = f"<{'a' * 180}@example.org>"
    ids = {"<1@example.org>": "<1@example.org>", outlook: outlook, long: long}
    ids |= dict.fromkeys(("<[x@y>", "<é@example.org>", "<a\0b@example.org>", "no id at all", ""), "None")
    named = {}
    for written in ids:
        raw = f"From: {EMAIL}\r\nMessage-ID: {written}\r\n\r\nstatus\r\n"
        world.time += HOUR
        world.send(raw.encode(), mail["Reply-To"])
        (answer,) = world.work()
        named[written] = as_sent(answer, "In-Reply-To")
        assert as_sent(answer, "References") == named[written]
    assert named == ids


def test_hostile_headers_of_a_reply_make_no_header_of_the_answer(world: World) -> None:
    mail = world.start()
    for subject in ("=?UTF-8?Q?x=0ABcc:_z@example.org?=", "=?UTF-8?Q?=0A?=Bcc: z@example.org", "x" * 3000):
        raw = f"From: {EMAIL}\r\nSubject: {subject}\r\n\r\nstatus\r\n"
        world.time += HOUR
        world.send(re.sub("(x{900})", "\\1\r\n ", raw).encode(), mail["Reply-To"])
        (answer,) = world.work()
        assert "Bcc" not in answer.message
        assert answer.rcpt_to == EMAIL
        assert max(map(len, answer.raw.split(b"\r\n"))) <= 998
