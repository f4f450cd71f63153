"""Lines that speak of done and do not say it: `not done`, `almost`, `done tomorrow`, `noch nicht`, `まだ`.

None of them may tick a day. A done in another language is asked about even where the negation stands far
from it, as in `fertig bin ich nicht`; and so is any done right behind which something still to come
stands.
"""

import re

from service.domain.wording import REFUSING, folded, plain

NOT_YET = (
    "If it is not done yet, nothing is lost: the day stays open for a week. To let it pass, write skip; "
    "to take a done back, write undo."
)
# `fertig mit den Nerven`, `hecho polvo` and `fait trop froid` are no dones.
APART = "To keep a note with it, put a comma between the two, or write the note on the next line."
_NO_MORE_THAN = 80  # characters of a line that is looked at

_NOT_IN = {
    "de": frozenset(("nicht", "nichts", "kein", "keine", "keinen", "nie", "niemals")),
    "fr": frozenset(("pas", "rien", "jamais", "aucun")),
    "es": frozenset(("no", "nada", "nunca", "tampoco")),
    "pt": frozenset(("nao", "nada", "nunca", "nem")),  # `no` is where it was done
    "it": frozenset(("non", "no", "niente", "mai")),
    "nl": frozenset(("niet", "niets", "geen", "nooit")),
    "pl": frozenset(("nie", "nic", "nigdy")),
}
_WORDS_ALMOST = "almost nearly beinahe presque casi quase quasi bijna prawie half halb"
_WORDS_TO_COME = "tomorrow morgen demain manana amanha domani jutro"
_WORDS_ALONE = (
    "not|no|nope|never|nothing|yet|later|soon|maybe|perhaps|probably|eventually|kidding|jk|nein|nee|spater|"
    "bald|vielleicht|plus tard|bientot|peut-etre|luego|mas tarde|pronto|quizas|depois|talvez|mais tarde|dopo|"
    "forse|piu tardi|straks|later vandaag|misschien|pozniej|moze|まだ|あとで|後で|ほぼ|もうすぐ|明日|あした"
)
_NOT: frozenset[str] = frozenset().union(*_NOT_IN.values())
_IN_ENGLISH = frozenset(("not",))  # it stands before the done, or right behind it
_ALMOST = frozenset(_WORDS_ALMOST.split())
_TO_COME = frozenset(_WORDS_TO_COME.split())
_ALONE = _NOT.union(_ALMOST, _TO_COME, _WORDS_ALONE.split("|"))
_DENIALS = _NOT.union(_ALMOST, ("fast",))
# Behind a done these take it back, whatever follows.
_TAKES_BACK = re.compile(
    r"(?:but |or |well |though )?(?:not (?:really|yet|quite|today|exactly|done|at all|now)\b|not$"
    r"|just kidding)|nothing (?:today|yet|at all)\b|no,? (?:wait|not|sorry)\b"
    r"|i (?:have not|haven't|did not|didn't)\b|as if\b"
    r"|(?:leider |aber |doch )?(?:noch nicht|nicht ganz|nicht wirklich)\b|pas (?:encore|vraiment|tout)\b"
    r"|(?:todavia|aun|ainda) (?:no|nao)\b|no (?:todavia|aun|del todo|realmente)\b|nao (?:ainda|totalmente)\b"
    r"|ancora non?\b|non (?:ancora|proprio|del tutto)\b|nog niet\b|niet (?:echt|helemaal)\b"
    r"|jeszcze nie\b|nie (?:do konca|calkiem)\b|まだ|もうすぐ|ほぼ|して(?:い)?(?:ない|ません)|ない"
    r"|じゃ(?:ない|なく)|では?(?:ない|ありません)|でき(?:な|ません)"
)
# A thumb is also said to promise.
_PROMISES = re.compile(
    r"(?:(?:ok(?:ay)?|yes|sure)\b,? ?)?(?:(?:i |we )?(?:will|shall)\b|i'?ll\b|on it\b|(?:am |i'm )?going to\b"
    r"|gonna\b|tonight\b|later\b|soon\b|got it\b|noted\b|not\b|mach(?:e)? ich\b|spater\b|plus tard\b"
    r"|d'accord\b|mas tarde\b|vale\b|depois\b|dopo\b|straks\b|pozniej\b)"
)
_SENTENCE_ENDS = re.compile(r"\s*(?:[.!…;:。！；：]|[-–—]+\s)")
_RUNS_ON = re.compile(r"\s+[^\W\d_]")
_CLAUSE = re.compile(r"[,.;:!(–—、。！]")
_NEGATED = re.compile(
    r"\b(?:not|never|almost|nearly|half|haven'?t|hasn'?t)\b.*\b(?:done|finished|managed|do (?:it|that))\b"
    r"|\b(?:did ?n'?t|did not|could ?n'?t|could not|can'?t|cannot|won'?t|will not|have not|forgot to)"
    r"\b.*\b(?:do|done|make|manage|finish|get)\b"
)
_WORDS_SAID = (
    "nope|nah|not yet|not today|not really|undone|no time|no time today|i forgot|forgot|almost|nearly|"
    "noch nicht|heute nicht|keine zeit|fast|pas encore|pas aujourd'hui|pas le temps|presque|todavia no|"
    "aun no|hoy no|casi|ainda nao|hoje nao|quase|non ancora|oggi no|quasi|nog niet|vandaag niet|bijna|"
    "jeszcze nie|dzisiaj nie|dzis nie|prawie|まだ|まだです|未完了|今日は無理"
)
_SAID = frozenset(_WORDS_SAID.split("|"))
_JAPANESE_NOT = re.compile(
    r"(?:まだ|未|ほぼ|もうすぐ)|(?:でき|やって|やら|完了|して|終わって).*(?:ない|なかった|ません)"
)


def doubt(raw: str, rest: str, *, abroad: str, sign: bool) -> str:
    """Return why what stands behind a done makes it doubtful, as a sentence; "" where it does not.

    `raw` is what follows as it stands, and `rest` the note in it; `abroad` is the language of the done, ""
    for English, and `sign` tells of a done that is no word.
    """
    said = plain(folded(rest[:_NO_MORE_THAN]))
    refused = REFUSING.intersection(rest[:3]) or said in _ALONE or (abroad == "de" and said == "fast")
    if refused or _TAKES_BACK.match(said) or (sign and _PROMISES.match(said)):
        return NOT_YET
    if not sign and _goes_on(raw, said, _NOT_IN.get(abroad, _IN_ENGLISH)):
        return NOT_YET
    return APART if abroad not in ("", "ja") and _RUNS_ON.match(raw) else ""


def _goes_on(raw: str, said: str, negations: frozenset[str]) -> bool:
    """Tell whether the sentence of a done goes on with a negation, or with a day to come."""
    if not raw[:1].isspace() or _SENTENCE_ENDS.match(raw):
        return False
    if said.split(" ", 1)[0] in _TO_COME:
        return True
    return not negations.isdisjoint(plain(_CLAUSE.split(raw, maxsplit=1)[0]).split())


def speaks_of_not_done(text: str, words: frozenset[str]) -> bool:
    """Tell whether a line says that something is not done, `words` being those that would say that it is."""
    if len(text) > _NO_MORE_THAN:
        return False
    said = plain(folded(text))
    if said in _SAID or _NEGATED.search(said) or _JAPANESE_NOT.match(said):
        return True
    spoken = frozenset(said.split())
    return not spoken.isdisjoint(_DENIALS) and not spoken.isdisjoint(words)
