"""The vocabulary of reading and writing a step. Each table says what it is for; a new word is one entry."""

from decimal import Decimal

from service.domain.amount import SMALL_WORDS
from service.domain.step_units import HALF, QUARTER, words

# --- signs

DASHES = frozenset("-‐‑–—−")
CROSSES = ("x", "×", "*")
# What may be glued to the front of a number or word without making it another thing: `(5 pages)`.
OPENING = frozenset("(\"'“‘„«*~[<≤≈:")

# --- numerals

TIMES = {"once": Decimal(1), "twice": Decimal(2), "thrice": Decimal(3)}
FRACTIONS = {"½": HALF, "¼": QUARTER, "1/2": HALF, "1/4": QUARTER, "half": HALF, "quarter": QUARTER}
NUMERALS = SMALL_WORDS.keys() | FRACTIONS.keys()
# Behind a number, these make it another one: `two thirds`, `5 million`.
PARTS = words("third thirds quarters halves fifths million billion")

# --- the counted noun

# Words that end its phrase: `2 pages | before bed`.
STOP = words(
    """
    a about abroad across after again ago all alone along aloud also am an and any apart are around as at
    away back barefoot be because before behind between both but by can could daily deep did do does down
    downstairs during each earlier early every fast fewer first for from had hard has have he her
    here high him his home how i if in indoors inside instead into is it its just last late later least
    less like long longer max maximum may me minimum minus more most must my near next
    nightly no nor not now of off offline old on once online only onto or our out outdoors outside
    over per please plus pm she should since slow so some straight than that the their them then there
    these they this those through till to today together tomorrow tonight too tops twice under until up
    upon upstairs us was we weekdays weekly well were what when where whether which while who
    wide will with within without would x you your
    """
)
# Words that describe it, so that the noun is the word behind them: `1 small page`.
ADJECTIVES = words(
    """
    additional assisted bad big black blue bold brave bright clean clear close cold dear deep different
    dirty easy extra favorite favourite foreign free french fresh friendly full further gentle genuine
    german good great green happy hard healthy heavy honest hot jumping kind large light little long loud
    lovely modified more new nice old one-legged open other overdue polite proper quick quiet random raw
    real red rough short simple sincere single slight slow small spanish specific sweet tiny true unread
    warm white whole
    """
)
ADJECTIVE_ENDINGS = tuple(words("able al ary ed ese ful ian ible ic ing ish ive less ous"))
# Words that stand before a noun or behind it, and never are one: `2 pages more`.
NEVER_LAST = words("additional extra fewer further less more other")
# In -ly, and no adverbs.
NO_ADVERB = words("belly family italy jelly july")
# `one morning person`, `one night owl`: a kind of people, and no morning.
KINDS_OF_PEOPLE = words("owl owls people person")

# --- what looks like an amount and is none

# Before a number, a time of day: `at 7`.
TIME_WORDS = words("after around at before by from since till until")
# Before a number, its name: `page 12`.
LABELS = words(
    """
    act age aged apartment book bullet bus chapter day episode exercise flat floor gate grade hymn
    item lesson level line module month no nr number page part phase platform problem psalm question room
    route season section stage step table tier track type unit verse version volume week year zone
    """
)
MONTHS = words(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
# Before `one`, words with which it counts nothing: `no one`, `this one`.
NOT_ONE = words("another any day each every first good no number some square that the this which")
# Behind `one evening`, words with which it is not counted: `one evening I will ...`.
SOMEBODY = words("he i she they we you")
# Before `a page`, words with which the article says nothing of how many: `half of a page`, `not a page`.
NOT_ARTICLE = words("as at half like many not of per quite such than what without")
# Behind `once` and `twice`, words with which they say how often: not `once I wake up`.
AFTER_TIMES = words(
    "a after an and around at before between daily each every for in on per this through today tonight with"
)
SETS = words("round rounds set sets")

# --- writing

# Behind a noun in the other number, these words would have to change too, or we cannot tell.
AGREEING = words("it its itself them themselves they")
RELATIVE = words("that which who")
RELATIVE_SAFE = words("felt gave happened helped i made me my our we went worked you")
# Before a noun, words of one number only: `these 2 pages`.
ONE_NUMBER = words("all both each every first last next other that these this those")
# `the last half a page` and `half a full glass` are not said.
NOT_BEFORE_HALF = ONE_NUMBER | words("a an another her his its my our the their your")
NOT_IN_HALF = words("additional entire extra full further more other single whole")
# Things that are only done to whole ones: nobody washes half a glass.
WHOLE_VERBS = words("bring buy carry clean dry empty pack polish rinse wash")
# Abbreviated times, and what to write for another unit in their place.
SHORT_TIMES = words("h hr hrs min mins s sec secs")
SHORT_OF = {"second": "sec", "minute": "min"}
# Minutes from which a step in hours moves by half hours: nobody sleeps for 460 minutes.
MANY_HOURS = 300
