"""What a template is given: it can ask about facts, but only print words."""

from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from itertools import combinations
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, TemplateRuntimeError
from markupsafe import Markup

from service.mail.drawing import Drawing
from service.mail.slots import Fixed, Slot, Word, shape, slotted
from tests.unit.mail.samples import LETTERS

PLAIN = Environment(undefined=StrictUndefined)
MARKUP = Environment(undefined=StrictUndefined, autoescape=True)
SLOT = slotted({"word": "words of a person"})["word"]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def shape_of(values: dict[str, Any]) -> object:
    words: list[Word] = []
    return shape(values, words)


@pytest.mark.parametrize(
    "asking",
    [
        '{{ word == "a" }}',
        '{{ "a" == word }}',
        '{{ word != "a" }}',
        '{{ word < "a" }}',
        '{{ word > "a" }}',
        '{{ word in ("a", "b") }}',
        '{{ "a" in word }}',
        '{{ {"a": 1}[word] }}',
        "{{ word | length }}",
        "{{ word | upper }}",
        "{{ word | trim }}",
        "{{ word | truncate(3) }}",
        '{{ word | replace("a", "b") }}',
        "{{ word[0] }}",
        "{{ word[:3] }}",
        "{{ word.upper() }}",
        '{{ word + "a" }}',
        '{{ "%s" | format(word) | upper }}{{ word * 2 }}',
        "{% for letter in word %}{{ letter }}{% endfor %}",
    ],
)
def test_a_template_that_asks_about_a_word_fails_as_html(asking: str) -> None:
    with pytest.raises(TemplateRuntimeError, match="can only print a word"):
        MARKUP.from_string(asking).render(word=SLOT)


def test_a_template_can_print_a_word_and_ask_whether_it_is_there() -> None:
    there, missing = Slot(7, said=True), Slot(8, said=False)
    asks = "{% if word %}<{{ word }}>{% else %}none{% endif %}"
    assert PLAIN.from_string(asks).render(word=there) == "<\0t7\0>"
    assert MARKUP.from_string(asks).render(word=there) == "<\0h7\0>"
    assert PLAIN.from_string(asks).render(word=missing) == "none"
    assert PLAIN.from_string("{{ word }}").render(word=missing) == ""


DIFFERENT: tuple[dict[str, Any], ...] = (
    {"a": "x"},
    {"a": ""},
    {"a": Fixed("x")},
    {"a": Fixed("")},
    {"a": True},
    {"a": False},
    {"a": 1},
    {"a": 0},
    {"a": 7},
    {"a": None},
    {"a": Colour.RED},
    {"a": Colour.BLUE},
    {"a": Drawing([])},
    {"b": "x"},
    {"a": "x", "b": "x"},
    {"a": []},
    {"a": {}},
    {"a": ["x"]},
    {"a": [["x"]]},
    {"a": ["x", "x"]},
    {"a": ["x", Fixed("x")]},
    {"a": {"b": "x"}},
    {"a": {"c": "x"}},
    {"a": {"b": Fixed("x")}},
    {"a": [Fixed("b"), Fixed("x")]},
    {"a": [True, None]},
    {"a": [1, None]},
    {"a": [[], Fixed("x")]},
    {"a": [[Fixed("x")]]},
    {"a": {}, "b": Fixed("x")},
    {"a": {"b": Fixed("x")}, "c": None},
    {"a": {"b": Fixed("x"), "c": None}},
)


def test_whatever_a_template_can_tell_apart_has_another_shape() -> None:
    for one, other in combinations(DIFFERENT, 2):
        assert shape_of(one) != shape_of(other), (one, other)


@pytest.mark.parametrize("values", DIFFERENT)
def test_a_shape_can_be_looked_up(values: dict[str, Any]) -> None:
    assert {shape_of(values): 1}[shape_of(values)]


def test_letters_that_differ_in_their_words_alone_have_one_shape() -> None:
    one = {"a": "x", "b": [{"c": "y", "d": True}], "e": ("week", "z")}
    other = {"a": "\0é", "b": [{"c": "b" * 999, "d": True}], "e": ("month", "<")}
    assert shape_of(one) == shape_of(other)


@pytest.mark.parametrize("name", LETTERS)
def test_slots_are_numbered_as_the_words_are_taken(name: str) -> None:
    def slots(value: Any) -> list[Any]:
        if isinstance(value, (dict, list)):
            inner = value.values() if isinstance(value, dict) else value
            return [slot for one in inner for slot in slots(one)]
        return [value] if isinstance(value, Slot) else []

    words: list[Word] = []
    shape(LETTERS[name].values, words)
    found = slots(slotted(LETTERS[name].values))
    assert len(found) == len(words)
    marks = [Markup.__str__(slot.__html__()) for slot in found]
    assert marks == [f"\0h{number}\0" if str(word) else "" for number, word in enumerate(words)]


class Plain(Enum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    "strange", [1.5, Decimal(1), date(2026, 3, 2), Markup("<b>"), b"x", object(), {1}, Plain.RED, Number.ONE]
)
def test_what_is_neither_a_fact_nor_a_word_is_refused(strange: object) -> None:
    for values in ({"a": strange}, {"a": [strange]}, {"a": {"b": strange}}):
        with pytest.raises(TypeError, match=type(strange).__name__):
            shape_of(values)


@pytest.mark.parametrize("name", LETTERS)
def test_no_letter_makes_a_number_that_grows_part_of_its_shape(name: str) -> None:
    def numbers(value: Any) -> list[int]:
        if isinstance(value, (dict, list, tuple)):
            inner = value.values() if isinstance(value, dict) else value
            return [number for one in inner for number in numbers(one)]
        return [value] if type(value) is int else []

    allowed = {0, 1, 2, 3, 7, 21, 66, 100, 365}  # days missed, and milestones
    assert set(numbers(LETTERS[name].values)) <= allowed
