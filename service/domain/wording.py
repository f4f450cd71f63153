"""How people write a word in a mail: with politeness, punctuation, quotes and emphasis around it."""

import re
import unicodedata

_WIDE_SEPARATORS = "。、！，．：；～〜｡､･・‥―‐‑"
_WIDE_BRACKETS = "「」『』（）【】〔〕〈〉《》｢｣"
# Politeness and marks that people and mail programs put around a word.
EDGES = " \t\"'“”‘’‚‛„«»‹›*_`~()[]{}.,;:!…-–—•·▪" + _WIDE_SEPARATORS + _WIDE_BRACKETS
_SEPARATORS = " \t~.,;:!…-–—" + _WIDE_SEPARATORS
_PAIRS = "'' \"\" ** __ `` “” ‘’ „“” ‚‘’ «» »« ‹› ›‹ 「」 『』 【】"
_WRAPS = {pair[0]: tuple(pair[1:]) for pair in _PAIRS.split()}
_OPENING = " \"'“”‘’‚„«»‹›*_`~([{¡" + _WIDE_BRACKETS
# What closes the emphasis around a word: `*step:* write two lines`.
_CLOSING = re.compile(r"^[.,:;!]*[\"'“”‘’«»‹›*_`」』】]+(?=\s|$|[.,:;!。、！，：；])")
_POLITE_WORDS = (
    "please|thanks|thank you|thx|ta|bitte(?: sch[oö]n)?|danke(?: sch[oö]n| sehr)?|vielen dank|"
    "s['’]il (?:te|vous) pla[iî]t|svp|stp|merci(?: beaucoup| bien)?|por favor|(?:muchas )?gracias|"
    "(?:muito )?obrigad[oa]|per (?:favore|piacere)|(?:mille )?grazie(?: mille)?|dank (?:je|u)(?: wel)?|"
    "bedankt|alstublieft|alsjeblieft|prosz[eę]|dzi[eę]kuj[eę]|dzi[eę]ki"
)
_POLITE_FIRST = re.compile(rf"(?:{_POLITE_WORDS})\b[,:]?\s+(?=\S)", re.IGNORECASE)
_ENDINGS = "(?:を?(?:お願い|おねがい)(?:いた)?します|お願い|ありがとう(?:ございま(?:す|した))?|どうも)"
POLITE_ENDING = re.compile(rf"{_ENDINGS}$")
_POLITE = re.compile(rf"(?:^|\s)(?:{_POLITE_WORDS})$|{_ENDINGS}$")
_LONGEST_POLITE = 40
VARIANTS = "\ufe0e\ufe0f"
_TONES = "🏻🏼🏽🏾🏿"
_JOINERS = "\u200c\u200d"
_AFTER_SIGNS = VARIANTS + _TONES + _JOINERS
DONE_SIGNS = ("✓", "✔", "☑", "✅", "👍")
_REPEATED = "".join(DONE_SIGNS) + _AFTER_SIGNS
# Pictures behind a word decorate it, but those that ask or refuse change what it says.
REFUSING = frozenset("❓❔❌❎✖✗✘🚫🙅👎🤔🤷🤞⏰⏳⌛")
_BLOCKS = ((0x2190, 0x21FF), (0x2300, 0x23FF), (0x25A0, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF))
_PICTURES = frozenset(chr(code) for first, last in _BLOCKS for code in range(first, last + 1)) - REFUSING
_DECORATION = _PICTURES.union(_AFTER_SIGNS)
_ACCENTS = re.compile("[\u0300-\u036f]")
_ALIKE = str.maketrans({"ł": "l", "œ": "oe", "æ": "ae", "ø": "o"} | dict.fromkeys("’ʼ´`", "'"))
_NO_JOINERS = dict.fromkeys(map(ord, _JOINERS + VARIANTS))


def after(text: str, word: str) -> str | None:
    """Return what follows `word` at the start of the text, or None where the text starts otherwise."""
    if text[: len(word)].casefold() != word:
        return None
    return behind(text, len(word))


def behind(text: str, end: int) -> str | None:
    """Return what follows a word that ends at `end`, or None where a longer word goes on there."""
    if text[end - 1].isalpha():
        rest = text[end:].lstrip(_AFTER_SIGNS)
        if re.match(r"[^\W_]|['’_-]\w", rest):  # "done's", "done-ish", "done_it"
            return None
    else:
        rest = _behind_signs(text[end:])
    minus = re.search(r"[-–−][0-9]", rest)
    if minus and not rest[: minus.start()].strip(_SEPARATORS):  # "pause -3 days" is not "pause 3 days"
        return rest[minus.start() :]
    return unwrapped(_CLOSING.sub("", rest).lstrip(_SEPARATORS)) if rest.strip(EDGES) else ""


def _behind_signs(rest: str) -> str:
    """Return what follows a sign and others of its kind: `👍🏽👍`, `✅ ✅ two pages`."""
    while (shorter := rest.lstrip(_REPEATED)).lstrip()[:1] in DONE_SIGNS:
        rest = shorter.lstrip()
    return shorter


def unwrapped(text: str) -> str:
    """Take off quotes, brackets and emphasis that go around the whole of a text."""
    while len(text) > 1 and (closing := _WRAPS.get(text[0])):
        inner = text[1:].rstrip(".!。！ ")
        close = inner[-1:]
        if close not in closing or close in inner[:-1].strip(close):
            break
        text = inner[:-1].strip()
    return text.strip()


def folded(text: str) -> str:
    """Return the text in lower case, without punctuation between words, politeness and marks around it."""
    plain_text = re.sub(r"[,.]", " ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(polite(plain_text).split())


def polite(text: str) -> str:
    """Return the text without politeness and pictures at its end and marks around it."""
    bare = _trimmed(text.lstrip(_OPENING))
    while found := _POLITE.search(bare, max(0, len(bare) - _LONGEST_POLITE)):
        bare = _trimmed(bare[: found.start()])
    return bare


def asked(text: str) -> str:
    """Return what is asked for behind a politeness: `stop` of `Please stop`; empty where there is none."""
    found = _POLITE_FIRST.match(text)
    return text[found.end() :] if found else ""


def _trimmed(text: str) -> str:
    """Return the text without marks and pictures at its end."""
    text = text.rstrip(EDGES)
    while text and text[-1] in _DECORATION:
        text = text[:-1].rstrip(EDGES)
    return text


def wide(text: str) -> str:
    """Return the text in lower case with single spaces, full-width letters and joiners made plain."""
    if text.isascii():
        return " ".join(text.casefold().split())
    kept = unicodedata.normalize("NFKC", text).translate(_NO_JOINERS).casefold()
    return " ".join(kept.split())


def plain(text: str) -> str:
    """Return what `wide` does, without accents: `Größer` is `grosser`. Japanese letters keep their marks."""
    kept = wide(text)
    if kept.isascii():
        return kept
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", kept.translate(_ALIKE)))
    return unicodedata.normalize("NFC", bare)
