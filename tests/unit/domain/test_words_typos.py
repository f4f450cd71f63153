"""Slips of a finger that are forgiven because they can mean nothing else, and those that are not."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import COMMANDS, parse
from service.domain.lexicon import Lexicon

TODAY = date(2026, 3, 11)
LEXICON = Lexicon(COMMANDS)
VERBS = {
    **{word: row.verb for word, row in LEXICON.words.items()},
    **{word: row.verb for word, (row, _) in LEXICON.abroad.items()},
}
FORGIVEN = {
    Verb.SKIP: ["skpi", "skipp", "Skpi!", "skpi please"],
    Verb.UNDO: ["udno", "undoo", "UDNO"],
    Verb.SMALLER: ["smaler", "smalller", "samller", "smallwr", "*smaler*"],
    Verb.BIGGER: ["biger", "bigegr", "biggerr"],
    Verb.PAUSE: ["pasue", "puase", "pausse"],
    Verb.RESUME: ["reusme", "resumr"],
    Verb.HELP: ["hlep", "hepl", "helpp"],
    Verb.STATUS: ["sttaus", "statuss"],
    Verb.DONE: ["doen", "dnoe", "donee", "doone", "Doen.", "doen, thanks"],
}
# Words of their own, words for the end of all mail, and dones that something else stands behind.
ASKED_ABOUT = [
    *(
        "dome",
        "dune",
        "gone",
        "none",
        "dine",
        "bone",
        "tone",
        "don",
        "doe",
        "donne",
        "odne",
        "doen?",
        "doen it later",
    ),
    *(
        "stp",
        "sotp",
        "stpo",
        "stoop",
        "stob",
        "top",
        "unsubscibe",
        "unsubscribee",
        "leav",
        "leavee",
        "laeve",
        "quit",
    ),
    *(
        "slip",
        "ship",
        "skin",
        "ski",
        "skit",
        "stray",
        "stat",
        "tray",
        "slay",
        "sway",
        "stew",
        "steep",
        "setup",
        "stem",
    ),
    *(
        "hello",
        "helo",
        "hell",
        "held",
        "kelp",
        "yelp",
        "heap",
        "crow",
        "glow",
        "grew",
        "row",
        "grows",
        "gross",
    ),
    *(
        "keel",
        "kelp",
        "keen",
        "jeep",
        "deep",
        "black",
        "sack",
        "buck",
        "bake",
        "tine",
        "tame",
        "dime",
        "lime",
        "tie",
    ),
    *(
        "zoned",
        "zany",
        "bone",
        "day",
        "dyes",
        "dams",
        "says",
        "pays",
        "quite",
        "quit",
        "quilt",
        "statue",
        "stats",
    ),
    *(
        "bugger",
        "digger",
        "bitter",
        "butter",
        "letter",
        "batter",
        "beta",
        "paused",
        "cause",
        "paste",
        "parse",
        "passe",
    ),
    *(
        "skipper",
        "slipped",
        "command",
        "weekday",
        "weekend",
        "commanda",
        "resumed",
        "street",
        "struct",
        "smaller one",
    ),
]
COMMON = frozenset(word for word in ASKED_ABOUT if " " not in word and word.isalpha())


@pytest.mark.parametrize(
    ("verb", "line"), [(verb, line) for verb, lines in FORGIVEN.items() for line in lines]
)
def test_a_slip_that_can_mean_nothing_else_is_forgiven(verb: Verb, line: str) -> None:
    assert parse(line, TODAY) == Command(verb)


def test_a_misspelled_word_keeps_what_belongs_to_it() -> None:
    assert parse("pasue 3 days", TODAY) == Command(Verb.PAUSE, days=3)
    assert parse("tmie 7:30", TODAY) == Command(Verb.TIME, at=time(7, 30))
    assert parse("setp: write two lines", TODAY) == Command(Verb.STEP, step="write two lines")
    assert parse("strcit on", TODAY) == Command(Verb.STRICT, on=True)
    assert isinstance(parse("pasue the music", TODAY), Unclear)
    assert isinstance(parse("smaler than that", TODAY), Unclear)


@pytest.mark.parametrize("line", ASKED_ABOUT)
def test_a_word_of_its_own_is_never_taken_for_a_slip(line: str) -> None:
    assert isinstance(parse(line, TODAY), Unclear)


def apart(one: str, other: str) -> int:
    """Return the distance of Damerau and Levenshtein, worked out in the plainest way."""
    rows = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            steps = [
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                steps.append(rows[i - 2][j - 2] + 1)
            rows[i][j] = min(steps)
    return rows[-1][-1]


def near(one: str, other: str) -> bool:
    """Tell whether a single slip lies between them; those that it can't be are passed over, to save time."""
    return abs(len(one) - len(other)) < 2 and len({*one} ^ {*other}) < 3 and apart(one, other) < 2


@pytest.mark.unmeasured
def test_no_misspelling_is_near_two_commands_or_a_word_itself() -> None:
    for typo, word in LEXICON.typos.items():
        assert len(typo) >= 4
        assert typo[0] == word[0]
        assert apart(typo, word) == 1
        assert {VERBS[other] for other in VERBS if near(typo, other)} == {VERBS[word]}
    assert not COMMON & LEXICON.typos.keys()
    assert not VERBS.keys() & LEXICON.typos.keys()


def test_nothing_but_the_word_ends_all_mail_and_four_slips_tick_a_day() -> None:
    assert Verb.STOP not in {VERBS[word] for word in LEXICON.typos.values()}
    assert {typo for typo, word in LEXICON.typos.items() if VERBS[word] is Verb.DONE} == {
        *("doen", "dnoe", "donee", "doone")
    }


@given(st.sampled_from(sorted(LEXICON.typos)), st.sampled_from("?x5"))
def test_a_misspelling_is_a_whole_word(typo: str, ending: str) -> None:
    assert isinstance(parse(typo + ending, TODAY), Unclear)
