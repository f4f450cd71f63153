"""Leaps: what is too much for two minutes, and what to offer instead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.step import LONGEST
from service.domain.tiny import leap
from tests.unit.domain.steps_table import STEPS

LEAPS = [
    ("read 30 pages", "read 1 page"),
    ("Read ten pages of my book", "Read one page of my book"),
    ("run 5 km", "run for 2 minutes"),
    ("Run 5km", "Run for 2 minutes"),
    ("Run a mile", "Run for 2 minutes"),
    ("Run a 5 km loop", "Run a 2 minute loop"),
    ("Run 5 km in 30 minutes", "Run for 2 minutes"),
    ("Run a marathon", "Put on your running shoes"),
    ("Go for a run before work", "Put on your running shoes before work"),
    ("write a chapter", "write a sentence"),
    ("Write 3 pages", "Write 1 sentence"),
    ("Write one page a day", "Write one sentence a day"),
    ("Write 500 words", "Write 20 words"),
    ("write a book", "write a sentence"),
    ("Write a book about cats", "Write a sentence about cats"),
    ("Write my new novel", "Write a sentence"),
    ("Finish my essay", "Write a sentence of my essay"),
    ("Work on my thesis", "Work on my thesis for 2 minutes"),
    ("read a chapter", "read a page"),
    ("Read a chapter in bed", "Read a page in bed"),
    ("Read 2 books", "Read 1 page"),
    ("Read one book", "Read one page"),
    ("Read a book before bed", "Read a page before bed"),
    ("Read the whole Bible", "Read a page"),
    ("clean the house", "clean the house for 2 minutes"),
    ("Clean the whole kitchen on Saturday", "Clean the whole kitchen for 2 minutes on Saturday"),
    ("Tidy my room once a week", "Tidy my room for 2 minutes once a week"),
    ("Declutter everything", "Declutter everything for 2 minutes"),
    ("walk for 10 minutes", "walk for 2 minutes"),
    ("Take a 30-minute walk", "Take a 2-minute walk"),
    ("Go for a walk", "Walk for 2 minutes"),
    ("Walk 10,000 steps", "Walk 200 steps"),
    ("50 push-ups", "5 push-ups"),
    ("Fifty push-ups", "Five push-ups"),
    ("Do 30 jumping jacks", "Do 5 jumping jacks"),
    ("3 sets of 20 squats", "3 sets of 5 squats"),
    ("learn 20 words", "learn 3 words"),
    ("Learn 20 Spanish words", "Learn 3 Spanish words"),
    ("Learn Spanish", "Learn 1 word of Spanish"),
    ("Learn to play the guitar", "Learn to play the guitar for 2 minutes"),
    ("an hour of piano", "2 minutes of piano"),
    ("Half an hour of yoga", "2 minutes of yoga"),
    ("meditate for 20 minutes", "meditate for 2 minutes"),
    ("Study for 3 hours", "Study for 2 minutes"),
    ("study all day", "study for 2 minutes"),
    ("Practise the whole evening", "Practise for 2 minutes"),
    ("Study for the exam", "Study for the exam for 2 minutes"),
    ("go to the gym", "put on your gym shoes"),
    ("Go to the gym for an hour", "Put on your gym shoes"),
    ("Go swimming", "Pack your swimming things"),
    ("Work out", "Work out for 2 minutes"),
    ("do all the dishes", "wash 1 dish"),
    ("Do the dishes after dinner", "Wash 1 dish after dinner"),
    ("Do the laundry", "Fold 1 shirt"),
    ("Answer all my emails", "Answer 1 email"),
    ("Answer 12 emails", "Answer 1 email"),
    ("Call 5 friends", "Call 1 friend"),
    ("Call all my friends", "Call 1 friend"),
    ("Do my taxes", "Do my taxes for 2 minutes"),
    ("Drink 8 glasses of water", "Drink 1 glass of water"),
    ("Hold a plank for 3 minutes", "Hold a plank for 2 minutes"),
    ("Vacuum one room", "Vacuum one room for 2 minutes"),
    ("Hold on for 121 seconds", "Hold on for 2 minutes"),
    ("clean the house" + "!" * 171, "clean the house for 2 minutes" + "!" * 171),  # just fits
    ("learn 20 words" + "!" * 186, "learn 3 words" + "!" * 186),
    # several leaps in one
    (
        "Go for a walk for 2 minutes, then go to yoga class",
        "Go for a walk for 2 minutes, then roll out your yoga mat",
    ),
    ("Work out, then go to the gym", "Work out for 2 minutes, then put on your gym shoes"),
]
TINY = [
    *("Write 1 sentence", "Drink a glass of water", "One push-up", "Call mum", "Put on running shoes"),
    *("Open the notebook", "Say thank you to Ben", "Write one thing I am grateful for", "5 squats"),
    *("Read one page", "Walk for 2 minutes", "Read half a page", "Hug Ben for 20 seconds", "Floss one tooth"),
    *("Write 1 sentence of my book", "Read 1 page of the Bible", "Clean the kitchen for 2 minutes"),
    *("Put on your gym shoes", "Learn 1 word of Spanish", "Learn 3 French words", "Take 100 steps"),
    *("Wash one dish", "Study for 120 seconds", "Walk 250 m", "Do 10 squats", "Write 5 sentences"),
]
NOT_JUDGED = [
    *(
        "",
        "Meditate",
        "Save $500",
        "Save 100 euros",
        "5 zorps",
        "12",
        "Read 2-3 pages",
        "Be kind",
        "Lose 10 kg",
    ),
    *("no more than 3 coffees", "at most 30 minutes of phone", "No phone for an hour", "Smoke 10 cigarettes"),
    "Clean the kitchen " + "!" * 180,  # no room for an offer
    *("Instagram for 20 mins max", "Don’t work all day", "A" * 300, "run 5 km " * 30),
]


@pytest.mark.parametrize(("text", "offer"), LEAPS)
def test_a_leap_gets_an_offer_that_is_none(text: str, offer: str) -> None:
    assert leap(text) == offer
    assert leap(offer) is None


@pytest.mark.parametrize("text", TINY + NOT_JUDGED)
def test_what_is_tiny_or_cannot_be_judged_gets_none(text: str) -> None:
    assert leap(text) is None


BITS = [
    "a",
    "an",
    "the",
    "my",
    "all",
    "day",
    "whole",
    "write",
    "read",
    "run",
    "clean",
    "learn",
    "go",
    "to",
    "gym",
    "for",
    "walk",
    "book",
    "books",
    "chapter",
    "page",
    "pages",
    "house",
    "dishes",
    "emails",
    "french",
    "5",
    "30",
    "500",
    "half",
    "hour",
    "hours",
    "minutes",
    "km",
    "steps",
    "words",
    "sentence",
    "push-ups",
    "of",
    "and",
    "in",
    "once",
    "3",
    "x",
]
texts = (
    st.sampled_from([text for text, _, _ in STEPS])
    | st.lists(st.sampled_from(BITS), max_size=9).map(" ".join)
    | st.text(max_size=60)
)


@settings(deadline=None, max_examples=300)
@given(texts)
def test_an_offer_is_never_a_leap_nor_too_long(text: str) -> None:
    offer = leap(text)
    assert offer is None or (leap(offer) is None and offer != text and len(offer) <= LONGEST)
