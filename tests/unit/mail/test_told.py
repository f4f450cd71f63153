"""What mails tell beside the step, sparsely, and how they ask for less of it."""

import pytest

from service.actions.letters import letter
from service.mail.template import template
from tests.unit.mail.samples import LETTERS, NOW, ONE, THREE, TOLD, section, sender, story

SENTENCES: dict[str, list[str]] = {
    "offer": ["This has become easy. The next size would be: Write 2 sentences", "Grow:", "Stay as it is:"],
    "offer of days": ["The next size would be: on Monday and Thursday"],
    "easy": ["This has become easy. If you like, reply step: and the next small notch"],
    "grew": ["Your step has moved on by itself, because it had become easy.", "back to where it was:"],
    "milestone 7": ['7 days done. A week\'s worth of small steps towards "Write a book".'],
    "milestone 21": ['21 days done. Twenty-one times you chose "Write a book".'],
    "milestone 66": ["66 days done. Around now a habit often begins to run by itself."],
    "milestone 100": ['100 days done. A hundred small votes for "Write a book".'],
    "milestone 365": ['365 days done. A year\'s worth of days for "Write a book"'],
    "memory": ["A week ago today you wrote: it was easy", "better: and what you improved"],
    "ladder": ["1 → 3 sentences since February; 18 sentences so far."],
    "ladder of one": ["3 sentences so far, one small step at a time."],
    "ladder of a limit": ["Kept to it on 3 days so far."],
    "our fault": [
        "My last mail did not reach you in time. That was my fault, not yours, and your chain waited."
    ],
    "light": [
        "Just for now, smaller",
        "Two days slipped by, so today asks for less. It counts in full.",
        "Keep it this small:",
        'Back to my size, "Write 3 sentences":',
        "in a word: done, skip, keep, back, pause 3 days, or help for more.",
    ],
    "light again": ["Today asks for less. It counts in full."],
    "light, a limit": ["Just for now, easier", "Keep it like this:"],
    "a limit": ["I kept to it:", "On a hard day this counts too: Write 1 sentence:"],
    "a limit without an amount": ["On a hard day this counts too: putting it off for ten minutes:"],
    "first, a limit": ["It is meant to feel almost too easy."],
    "several": [
        "1. Write a book, just for now smaller",
        "2. Walk",
        "Walk for 5 minutes",
        "3. Sing",
        "It has been quiet about this one for a while",
        "Make it smaller: Write 2 sentences:",
        "done, done 1, skip 2, keep 1, back 1, pause 3 days, or help for more. Plain done means all of them.",
    ],
    "asking": [
        "It has been quiet for a while",
        "Write a book: your 3 days stay yours.",
        "Make it smaller: reply step: and the smallest one that you can think of.",
        "Pause for two weeks:",
        "Let it rest:",
        "Or begin again today: Write 1 sentence",
        "This counts too: just the beginning of it:",
        "Any reply brings the daily step back",
    ],
    "asking, easier": ["Make it smaller: Write 2 sentences:"],
    "asking, a limit": ["Make it easier: reply step:", "I kept to it:"],
    "asking of two": ["Or begin again today: Write 1 sentence", "Or begin again today: Walk for 5 minutes"],
    "resting": ["Write a book rests now", "Your 3 days stay yours.", "Begin again:"],
    "resting, two": ["Write a book rests now", "Walk rests now"],
}


def text(name: str) -> str:
    letter = LETTERS[f"told, {name}"]
    return template(letter.kind.name).render(letter.values).text


def test_every_sample_has_its_sentences() -> None:
    assert SENTENCES.keys() == TOLD.keys()


@pytest.mark.parametrize("name", SENTENCES)
def test_a_mail_says_what_there_is_to_say_today(name: str) -> None:
    said = text(name)
    assert not [sentence for sentence in SENTENCES[name] if sentence not in said], said


ALONE = (
    "offer",
    "easy",
    "grew",
    "milestone 7",
    "milestone 66",
    "memory",
    "ladder",
    "light",
    "asking",
    "resting",
)


@pytest.mark.parametrize("name", ALONE)
def test_a_mail_tells_one_thing_only(name: str) -> None:
    said = text(name)
    assert not [other for other in ALONE if other != name and SENTENCES[other][0] in said]


def test_smaller_is_named_only_where_the_step_can_get_smaller() -> None:
    small = section(record=story("dd", (2, "Write 1 sentence", ONE)))
    large = section(record=story("dd", (2, "Write 3 sentences", THREE)))
    words = [letter([one], sender(), NOW).values["words"] for one in (small, large)]
    assert words == [["done", "skip", "pause 3 days"], ["done", "skip", "smaller", "pause 3 days"]]


def test_a_mail_with_several_steps_names_them_all_in_its_subject() -> None:
    letter = LETTERS["told, several"]
    subject = template("daily").render(letter.values).subject
    assert subject == "Write 2 sentences + Walk for 5 minutes + Write 2 sentences"


def test_no_mail_blames_shouts_or_hurries() -> None:
    for name in LETTERS:
        letter = LETTERS[name]
        said = template(letter.kind.name).render(letter.values).text.lower()
        assert not [
            word
            for word in ("!", "fail", "lost your", "don't forget", "hurry", "last chance")
            if word in said
        ]
