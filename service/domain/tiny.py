"""Is a step tiny? And what could be done instead where it is a leap.

A tiny step takes about two minutes and needs no courage. The measure is the two-minute rule of James Clear,
Atomic Habits (2018), chapter 13; the starter steps (`put on your shoes`) are in the manner of BJ Fogg, Tiny
Habits (2019); and that a step should be so small that it wakes no fear is Robert Maurer's, One Small Step Can
Change Your Life (2004). How much of each unit fits into two minutes is our estimate, on the generous side: a
step is called a leap only where it clearly is one.
"""

import re
from decimal import Decimal

from service.domain.step import LONGEST, Size, read_size, resized, restated, timed
from service.domain.units import unit_of

TWO_MINUTES = Size(Decimal(2), "minute")
# unit: the most that is tiny, and what to offer instead of more.
_FITS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("push-up", "sit-up", "squat", "lunge", "burpee", "crunch", "jumping jack"), (10, "5")),
    **dict.fromkeys(("star jump", "jump", "curl", "rep", "kick", "punch", "repetition"), (20, "5")),
    **dict.fromkeys(("pull-up", "press-up", "chin-up"), (10, "3")),
    **dict.fromkeys(("email", "message", "text", "call", "letter", "postcard", "friend", "person"), (2, "1")),
    **dict.fromkeys(("dish", "plate", "shirt", "sock", "toy", "item", "weed", "plant"), (5, "1")),
    **dict.fromkeys(
        ("drawer", "shelf", "window", "surface", "bill", "invoice", "receipt", "ticket"), (1, "1")
    ),
    **dict.fromkeys(
        ("problem", "task", "exercise", "puzzle", "equation", "lesson", "video", "episode"), (1, "1")
    ),
    **dict.fromkeys(("set", "lap", "round", "song", "tune", "sketch", "drawing", "poem", "stanza"), (1, "1")),
    **dict.fromkeys(("glass", "cup", "mug", "bottle"), (2, "1")),
    **dict.fromkeys(("flashcard", "card", "quote", "idea", "fact", "definition", "phrase"), (10, "3")),
    **dict.fromkeys(("chord", "scale", "kanji", "idiom", "question", "thing", "photo"), (5, "1")),
    "breath": (20, "3"),
    "step": (250, "200"),
    "word": (60, "20"),
    "sentence": (5, "1"),
    "line": (6, "1"),
    "verse": (10, "1"),
    "paragraph": (1, "1"),
    "page": (2, "1"),
    "chapter": (0, "1 page"),
    "book": (0, "1 page"),
    "article": (0, "1 paragraph"),
}
# The same where the verb makes a difference.
_WRITE = ["write", "type", "draft", "compose", "journal", "blog", "edit", "translate"]
_LEARN = ["learn", "memorise", "memorize", "study", "revise", "practise", "practice"]
_FITS_VERB: dict[tuple[str, str], tuple[int, str]] = {
    **{(verb, unit): (0, "1 sentence") for verb in _WRITE for unit in ("page", "chapter", "book", "article")},
    **{
        (verb, unit): (0, "1 sentence")
        for verb in _WRITE
        for unit in ("post", "poem", "song", "section", "scene")
    },
    **{(verb, "letter"): (0, "1 sentence") for verb in _WRITE},
    **{(verb, "word"): (5, "3") for verb in _LEARN},
    **{(verb, "sentence"): (3, "1") for verb in _LEARN},
    ("read", "word"): (500, "100"),
    ("read", "sentence"): (20, "3"),
    ("read", "line"): (40, "5"),
    ("read", "verse"): (20, "3"),
    ("read", "paragraph"): (4, "1"),
    ("read", "poem"): (2, "1"),
    ("read", "article"): (0, "1 paragraph"),
    ("read", "post"): (1, "1"),
}
_TINY_METRES = 250
_MOST_LEAPS = 3  # in one step: `work out, then go to the gym` holds two
# A limit (`at most 3 coffees`) is no leap, however large.
_LIMIT = re.compile(
    r"\b(?:at most|no|not|never|max|maximum|limit|less|fewer|under|without|only|don['’]t|stop|quit|avoid|skip"
    r"|off|earlier|later|sooner)\b",
    re.IGNORECASE,
)
# What the patterns below are made of.
_PIECES = {
    "the": r"(?:(?:a|an|the|my|our|your|this|all|whole|entire|of|first|next|full|short|new|good) ){0,3}",
    "some": r"(?:\w+ ){0,2}?",
    "text": r"(?:books?|novels?|thesis|dissertation|essays?|articles?|story|stories|screenplay|report"
    r"|memoirs?|chapters?|blog posts?|blog|papers?|manuscript|poems?|diary|script|play|speech)\b",
    "readable": r"(?:books?|novels?|bible|newspapers?|magazines?|reports?|papers?)\b",
    "room": r"(?:house|home|flat|apartment|kitchen|bathroom|bedroom|room|garage|basement|attic|cellar|garden"
    r"|yard|closet|wardrobe|office|car|place|living room|fridge|oven|shed|everything|photos|files|lawn|fence"
    r"|floors?|windows)\b",
    "clean": r"(?:clean|tidy|declutter|organi[sz]e|vacuum|hoover|mop|dust|sort|paint|weed|mow|scrub|wash"
    r"|clear|redecorate|sweep)(?: up| out)?",
    "language": r"(?:english|french|spanish|german|italian|portuguese|dutch|swedish|danish|norwegian|polish"
    r"|russian|chinese|mandarin|japanese|korean|arabic|turkish|greek|latin|hindi|hebrew)",
    "skill": r"(?:guitar|piano|violin|ukulele|drums|chess|python|javascript|java|programming|coding|drawing"
    r"|singing)\b",
    "day": r"(?:day(?: long)?|morning|afternoon|evening|night|weekend|week)\b",
    "paperwork": r"(?:taxes|tax return|bookkeeping|accounts|homework)\b",
    "exam": r"(?:exams?|finals|test|marathon)\b",
    "work": r"(?:thesis|book|novel|dissertation|essay|project|paper)\b",
}
# What to offer for starts that are made by getting ready. The first row that fits is taken.
_STARTS = (
    (r"(?:go|get|head|drive) to {the}gym\b", "put on your gym shoes"),
    (r"hit the gym\b", "put on your gym shoes"),
    (r"go (?:swimming|for {the}{some}swim)\b", "pack your swimming things"),
    (r"go to {the}(?:swimming )?pool\b", "pack your swimming things"),
    (r"go (?:running|jogging|for {the}{some}(?:run|jog))\b", "put on your running shoes"),
    (r"run {the}(?:half[- ])?marathon\b", "put on your running shoes"),
    (r"go (?:cycling|biking|for {the}{some}ride)\b", "put on your bike helmet"),
    (r"go (?:walking|hiking|for a (?:long |daily |brisk )?(?:walk|hike))\b", "walk for 2 minutes"),
    (r"go to {the}yoga(?: class)?\b", "roll out your yoga mat"),
)
# What to offer for things that are big without a number.
_THINGS = (
    (r"(?:for )?(?:all|the (?:whole|entire)) {day}", "for 2 minutes"),
    (r"for hours(?: on end)?\b", "for 2 minutes"),
    (r"(write|type|draft|compose) {the}{some}{text}", r"\1 a sentence"),
    (r"(?:finish|complete|write up) (?:writing )?((?:my|the|our) {some}{text})", r"write a sentence of \1"),
    (r"(?:read|finish reading) {the}(?:\w+ )?{readable}", "read a page"),
    (r"(?:do|wash|clean|finish) {the}dishes\b", "wash 1 dish"),
    (r"(?:wash up|do the washing[- ]up)\b", "wash 1 dish"),
    (r"(?:do|fold|finish) {the}(?:laundry|washing|ironing)\b", "fold 1 shirt"),
    (
        r"(?:answer|reply to|read|clear|clean(?: up)?|empty|sort) {the}(?:e-?mails|inbox|mail)\b",
        "answer 1 email",
    ),
    (r"(?:reach |get to )?inbox zero\b", "answer 1 email"),
    (r"(call|text|write to) (?:everyone|everybody|all (?:of )?my friends)\b", r"\1 1 friend"),
    (r"learn (?:to speak )?({language})\b(?! (?:words?|verbs?|phrases?))", r"learn 1 word of \1"),
    (r"({clean} {the}(?:[\w-]+ )?{room})", r"\1 for 2 minutes"),
    (r"((?:learn|master)(?: to play| to)? {the}{skill})", r"\1 for 2 minutes"),
    (r"((?:do|file|finish|sort out) {the}{paperwork})", r"\1 for 2 minutes"),
    (r"((?:study|revise|prepare|cram|train) for {the}{some}{exam})", r"\1 for 2 minutes"),
    (r"((?:work|working) on {the}{some}{work})", r"\1 for 2 minutes"),
    (r"(work out|do {the}(?:\w+ )?workout|do (?:some )?(?:yoga|pilates|cardio))\b", r"\1 for 2 minutes"),
)
_Rows = tuple[tuple[re.Pattern[str], str], ...]


def _compiled(rows: tuple[tuple[str, str], ...]) -> _Rows:
    return tuple(
        (re.compile(r"\b" + pattern.format_map(_PIECES), re.IGNORECASE), offer) for pattern, offer in rows
    )


_START_ROWS = _compiled(_STARTS)
_THING_ROWS = _compiled(_THINGS)
_WORD = re.compile(r"[^\W\d_]+")


def leap(text: str) -> str | None:
    """Return a smaller step to offer, None where the step is tiny already or cannot be judged.

    The offer is itself no leap. Meant for steps to do more of something, not for limits.
    """
    offer = _offer(text)
    for _ in range(_MOST_LEAPS):
        if offer is None or len(offer) > LONGEST:
            return None
        again = _offer(offer)
        if again is None:
            return offer
        offer = again
    return None


def _offer(text: str) -> str | None:
    if len(text) > LONGEST or _LIMIT.search(text):
        return None
    if (start := _swapped(text, _START_ROWS, whole=True)) is not None:
        return start
    size = read_size(text)
    if size is not None and unit_of(size.unit).dimension in ("time", "length"):
        return _timed(text, size)
    if size is not None and (fits := _fits(text, size.unit)) is not None:
        most, instead = fits
        return _less(text, instead) if size.amount > most else None
    return _swapped(text, _THING_ROWS, whole=False)


def _timed(text: str, size: Size) -> str | None:
    """Return the step for two minutes where its time or its way is longer than about that."""
    unit = unit_of(size.unit)
    if unit.dimension == "time":
        return restated(text, TWO_MINUTES) if size.amount * unit.scale > 120 else None
    return timed(text, TWO_MINUTES) if size.amount * unit.scale > _TINY_METRES else None


def _fits(text: str, unit: str) -> tuple[int, str] | None:
    for word in _WORD.findall(text.lower()):
        if (word, unit) in _FITS_VERB:
            return _FITS_VERB[word, unit]
    return _FITS.get(unit)


def _less(text: str, instead: str) -> str | None:
    number, _, unit = instead.partition(" ")
    return restated(text, Size(Decimal(number), unit)) if unit else resized(text, Decimal(number))


def _swapped(text: str, rows: _Rows, whole: bool) -> str | None:
    """Put the offer of the first row that fits into the text; `whole`: an amount behind it goes, too."""
    for pattern, offer in rows:
        found = pattern.search(text)
        if found is None:
            continue
        words = found.expand(offer)
        if found[0][:1].isupper():
            words = words[:1].upper() + words[1:]
        rest = text[found.end() :]
        if rest.startswith(" for 2 minutes"):
            continue  # `vacuum one room for 2 minutes`
        if whole and read_size(rest) is not None:
            rest = ""
        return f"{text[: found.start()]}{words}{rest}"
    return None
