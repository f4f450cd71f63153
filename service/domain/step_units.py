"""The things that a step counts or measures: the tables.

A new unit is a word in one of the tables below; what is special about it (halves, a finer unit, the least
that makes sense) is one entry more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class Kind(Enum):
    """How a unit is cut: in whole ones, in tenths, or in halves and quarters below one."""

    COUNTED = "counted"
    MEASURED = "measured"
    DIVISIBLE = "divisible"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `least` is the bad-day amount; `scale` is in seconds, metres, ml or g within `dimension`."""

    name: str
    kind: Kind = Kind.COUNTED
    dimension: str = ""
    scale: Decimal = Decimal(1)
    least: Decimal = Decimal(1)
    finer: tuple[str, Decimal] | None = None
    article: bool = True


def words(text: str) -> frozenset[str]:
    """Return the words of a table."""
    return frozenset(text.split())


HALF = Decimal("0.5")
QUARTER = Decimal("0.25")
_TENTH = Decimal("0.1")

# Counted things that may stand behind a bare article: `a page` is one page.
_COUNTED = words(
    """
    article bag bar bead beer berry bill biscuit bite bowl box breath bug bullet burpee candy capital card
    carrot cent character chin-up chord cigarette circle coffee coin comment compliment cookie corner
    country crunch curl date definition dish dollar doodle drawer drawing drink egg email episode equation
    euro exercise fact favor favour flashcard fork franc grape haiku handful hug idea idiom invoice item
    joke jump jumping_jack kanji kick kiss knife krona lap leaf lesson letter line lunge mail meal message
    mouthful note nut paragraph pastry penny photo phrase picture piece pill plant plate poem portion post
    postcard pound prayer press-up problem psalm pull-up punch push-up puzzle question quote receipt
    recipe rep reply riff row rupee scale scene section sentence serving set shelf shirt sip sit-up sketch
    slide smile snack sock soda song spoon spoonful squat stanza star_jump stitch story stroke sum surface
    sweet tablet task tea test text ticket towel toy transaction tune tweet vegetable verse video vitamin
    weed window wine word yen
    """
)
# How often a thing is done, by the clock or by the table: `two evenings a week`. Any other unit of a step is
# rather what it is about.
HOW_OFTEN = words("time day week weekend month morning afternoon evening night breakfast lunch dinner")
# Counted things where an article says nothing of how many: `take a step`, `call a friend`, `a day off`.
_NO_ARTICLE = HOW_OFTEN | words(
    """
    affirmation app application arm block book break call candle child client colleague commit contact
    customer document emotion feeling file flight floor folder friend function game jacket job lead leg
    man move name neighbor neighbour newsletter notification person place plank podcast pomodoro pose
    reason reel relative repetition room round salutation scroll second sibling side stair step stranger
    stretch subscription tab thing tooth view walk way woman
    """
)
_DIVISIBLE = words(
    """
    apple avocado bagel banana bottle chapter cucumber cup glass lemon mug orange page pear pint sandwich
    slice tablespoon teaspoon
    """
)
IRREGULAR = {
    "leaf": "leaves",
    "shelf": "shelves",
    "knife": "knives",
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "tooth": "teeth",
    "kanji": "kanji",
    "haiku": "haikus",
    "pomodoro": "pomodoros",
    "yen": "yen",
    "penny": "pennies",
    "krona": "kronor",
    "mail": "mails",
}
_LEAST = {"step": Decimal(100)} | dict.fromkeys(("page", "glass", "cup", "mug", "bottle"), HALF)
_FINER = {
    "sentence": "word",
    "line": "word",
    "paragraph": "sentence",
    "page": "paragraph",
    "chapter": "page",
    "book": "page",
    "article": "paragraph",
    "verse": "line",
    "stanza": "line",
    "poem": "line",
    "glass": "sip",
}
_OF_A_KIND = {
    "second": Unit("second", dimension="time", least=Decimal(10), article=False),
    "minute": Unit("minute", dimension="time", scale=Decimal(60), finer=("second", Decimal(30))),
    "hour": Unit("hour", dimension="time", scale=Decimal(3600)),
    "cm": Unit("cm", dimension="length", scale=Decimal("0.01")),
    "m": Unit("m", dimension="length", least=Decimal(100), article=False),
    "yard": Unit("yard", dimension="length", scale=Decimal("0.9144"), least=Decimal(100)),
    "km": Unit("km", Kind.MEASURED, "length", Decimal(1000), _TENTH),
    "mile": Unit("mile", Kind.MEASURED, "length", Decimal("1609.344"), _TENTH),
    "ml": Unit("ml", dimension="volume", least=Decimal(50), article=False),
    "cl": Unit("cl", dimension="volume", scale=Decimal(10), least=Decimal(5), article=False),
    "litre": Unit("litre", Kind.MEASURED, "volume", Decimal(1000), _TENTH),
    "ounce": Unit("ounce", article=False),
    "g": Unit("g", dimension="weight", least=Decimal(10), article=False),
    "kg": Unit("kg", Kind.MEASURED, "weight", Decimal(1000), _TENTH, article=False),
    "lb": Unit("lb", article=False),
    "kcal": Unit("kcal", least=Decimal(10), article=False),
}
# Other words for a unit, as singular and plural; an abbreviation is the same in both.
ALIASES = {
    "second": ("sec sec", "secs sec", "s s", "second seconds"),
    "minute": ("min min", "mins min", "minute minutes"),
    "hour": ("hr hr", "hrs hr", "h h", "hour hours"),
    "km": ("km km", "kms km", "kilometre kilometres", "kilometer kilometers"),
    "m": ("m m", "metre metres", "meter meters"),
    "mile": ("mi mi", "mile miles"),
    "cm": ("cm cm", "centimetre centimetres", "centimeter centimeters"),
    "yard": ("yd yd", "yds yd", "yard yards"),
    "litre": ("l l", "litre litres", "liter liters"),
    "ml": ("ml ml", "millilitre millilitres", "milliliter milliliters"),
    "cl": ("cl cl",),
    "ounce": ("oz oz", "ounce ounces"),
    "g": ("g g", "gram grams", "gramme grammes"),
    "kg": ("kg kg", "kgs kg", "kilo kilos", "kilogram kilograms"),
    "lb": ("lb lb", "lbs lb"),
    "kcal": ("kcal kcal", "calorie calories"),
    "push-up": ("pushup pushups", "push-up push-ups"),
    "sit-up": ("situp situps", "sit-up sit-ups"),
    "pull-up": ("pullup pullups", "pull-up pull-ups"),
    "email": ("e-mail e-mails", "email emails"),
    "dollar": ("buck bucks", "dollar dollars", "usd usd"),
    "euro": ("euro euros", "eur eur"),
    "pound": ("quid quid", "pound pounds", "gbp gbp"),
    "time": ("x x", "time times"),
}
SIGNS = {"$": "dollar", "€": "euro", "£": "pound"}


def _units() -> Iterator[Unit]:
    """Yield every unit, the later of two with one name being the truer."""
    for names, kind, article in (
        (_COUNTED, Kind.COUNTED, True),
        (_NO_ARTICLE, Kind.COUNTED, False),
        (_DIVISIBLE, Kind.DIVISIBLE, True),
    ):
        for name in sorted(word.replace("_", " ") for word in names):
            finer = (_FINER[name], Decimal(1)) if _FINER.get(name) else None
            yield Unit(name, kind, least=_LEAST.get(name, Decimal(1)), finer=finer, article=article)
    yield from _OF_A_KIND.values()


UNITS = {unit.name: unit for unit in _units()}
