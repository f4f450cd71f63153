"""Command words in other languages: accents or none, politeness, notes, and lengths of pauses."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import COMMANDS, parse, picked
from service.domain.doubts import APART, NOT_YET
from service.domain.lexicon import Lexicon
from service.domain.wording import plain
from service.domain.words_abroad import ABROAD

TODAY = date(2026, 3, 11)
LANGUAGES = ("de", "fr", "es", "pt", "it", "nl", "pl", "ja")
# A step needs its words and a mail its time; the rest are whole lines.
PLAIN = [
    (verb, word)
    for verb, languages in ABROAD.items()
    if verb not in (Verb.STEP, Verb.TIME, Verb.QUIET)
    for words in languages.values()
    for word in words
]
ASKED = {
    Verb.DONE: [
        "Erledigt!",
        "FERTIG",
        "„erledigt“",
        "»fertig«",
        "C’est fait.",
        "terminé",
        "TERMINE",
        "¡Hecho!",
    ],
    Verb.STOP: ["Bitte abmelden", "por favor, parar", "S'il vous plaît, arrête"],
    Verb.SKIP: ["überspringen bitte", "Uberspringen", "ueberspringen", "pular, por favor", "salta, grazie"],
    Verb.SMALLER: [
        "plus petit, merci",
        "plus petit s'il te plaît",
        "MÁS PEQUEÑO",
        "mas pequeno",
        "kleiner danke",
    ],
    Verb.BIGGER: [
        "Größer",
        "grösser",
        "GROSSER",
        "groter, dank je wel",
        "większy proszę",
        "wiekszy dziękuję",
    ],
    Verb.PAUSE: ["一時停止。", "休みます", "pauza, alsjeblieft", "Pause bitte", "pause svp"],
    Verb.STOP: ["STOPP!", "arreter", "Désabonner", "stop bitte", "配信停止して"],
    Verb.UNDO: ["rückgängig", "Cofnij!", "取消"],
    Verb.HELP: ["Hilfe!", "ヘルプ", "ayuda, gracias"],
    Verb.STATUS: ["ステータス", "Stand", "ÉTAT"],
}
POLITE_JAPANESE = [
    "スキップお願いします",
    "スキップ お願いします",
    "スキップ、ありがとうございます",
    "ｽｷｯﾌﾟ",
    "「スキップ」",
    "・スキップ",
]
NOTES = [
    ("erledigt, war schön", "war schön"),
    ("Fertig! Zwei Seiten", "Zwei Seiten"),
    ("fait, pas facile", "pas facile"),
    ("c'est fait : deux pages", "deux pages"),
    ("hecho - dos líneas", "dos líneas"),
    ("¡Hecho! Dos líneas", "Dos líneas"),
    ("feito, no parque", "no parque"),
    ("erledigt 5 Seiten", "5 Seiten"),
    ("fertig 🙂", "🙂"),
    ("完了 楽しかった", "楽しかった"),
    ("fatto (finalmente)", "(finalmente)"),
    ("klaar, morgen weer", "morgen weer"),
    ("gotowe. Jutro znowu", "Jutro znowu"),
    ("完了、楽しかった", "楽しかった"),
    ("できました！１０ページ", "１０ページ"),
    ("完了（楽しかった）", "（楽しかった）"),
]
PAUSES = [
    *(
        ("Pause 3 Tage", 3),
        ("Pause für eine Woche", 7),
        ("pausieren zwei Wochen", 14),
        ("3 Tage Pause bitte", 3),
    ),
    *(
        ("pause 3 jours", 3),
        ("pause une semaine", 7),
        ("pause pendant 2 semaines", 14),
        ("3 jours de pause", 3),
    ),
    *(("pausa 3 días", 3), ("pausa 3 dias", 3), ("pausa por una semana", 7), ("pausa duas semanas", 14)),
    *(("pausa 3 giorni", 3), ("pausa due settimane", 14), ("pausa per un giorno", 1)),
    *(("pauze 3 dagen", 3), ("pauze een week", 7), ("pauze voor 2 weken", 14)),
    *(("pauza 3 dni", 3), ("pauza na tydzień", 7), ("pauza 2 tygodnie", 14), ("przerwa jeden dzien", 1)),
    *(
        ("3日休む", 3),
        ("３日間休みます", 3),
        ("1週間休む", 7),
        ("一週間お休み", 7),
        ("一時停止 3日", 3),
        ("一時停止3日間", 3),
    ),
]
NOT_DONE = [
    *(
        "nicht erledigt",
        "noch nicht fertig",
        "noch nicht",
        "fast fertig",
        "fertig bin ich nicht",
        "erledigt, noch nicht",
    ),
    *("pas fait", "pas encore", "fait pas", "presque fini", "fait, pas encore", "fait demain"),
    *(
        "no hecho",
        "todavía no",
        "hecho no",
        "casi listo",
        "hecho mañana",
        "não feito",
        "ainda não",
        "feito não",
    ),
    *(
        "non fatto",
        "non ancora",
        "quasi finito",
        "fatto, non ancora",
        "niet gedaan",
        "nog niet",
        "gedaan, morgen",
    ),
    *(
        "nie zrobione",
        "jeszcze nie",
        "zrobione jutro",
        "まだ",
        "まだです",
        "できなかった",
        "できませんでした",
        "未完了",
    ),
    *(
        "完了していません",
        "完了してない",
        "完了、まだ",
        "fertig?",
        "完了？",
        "hecho ?",
        "erledigt 👎",
        "fertig, fast",
    ),
]
# These are said of anger, cold, tiredness and plans as well.
RUNS_ON = [
    *("fertig mit den Nerven", "fait trop froid", "hecho polvo", "klaar ermee", "listo para empezar"),
    *("feito no parque", "fatto bene", "gotowe na czas", "erledigt war schön"),
]
# Two meanings, in one language or in two; a wish; half a word.
LEFT_OUT = [
    *(
        "zatrzymaj",
        "volver",
        "voltar",
        "cancelar",
        "anuluj",
        "baja",
        "para",
        "alto",
        "pronto",
        "passo",
        "paso hoy",
    ),
    *(
        "終了",
        "解除",
        "中止",
        "キャンセル",
        "戻す",
        "お休み",
        "完了する",
        "完了お願いします",
        "やめます",
        "ja",
        "oui",
        "はい",
    ),
    *(
        "fertiges",
        "erledigt-ish",
        "faites",
        "stoppt",
        "pausenlos",
        "kleiner als das",
        "annuler mon abonnement",
    ),
]


# One test for a verb, as hundreds of tests take longer to be collected than to be run.
@pytest.mark.parametrize("verb", sorted({verb for verb, _ in PLAIN}))
def test_a_word_of_another_language_is_its_command_with_accents_and_without(verb: Verb) -> None:
    for word in (word for its, word in PLAIN if its is verb):
        for line in (
            word,
            word.upper(),
            plain(word),
            f"{word}.",
            f"„{word}“",
            f"{word} 🙂" if verb is not Verb.DONE else word,
        ):
            assert parse(line, TODAY) == Command(verb), line


@pytest.mark.parametrize(("verb", "line"), [(verb, line) for verb, lines in ASKED.items() for line in lines])
def test_politeness_marks_and_case_are_forgiven_in_every_language(verb: Verb, line: str) -> None:
    assert parse(line, TODAY) == Command(verb)


@pytest.mark.parametrize("line", POLITE_JAPANESE)
def test_japanese_needs_no_space_before_its_politeness(line: str) -> None:
    assert parse(line, TODAY) == Command(Verb.SKIP)


@pytest.mark.parametrize(("line", "note"), NOTES)
def test_a_note_may_follow_a_done_of_another_language(line: str, note: str) -> None:
    assert parse(line, TODAY) == Command(Verb.DONE, note=note)


@pytest.mark.parametrize(("line", "days"), PAUSES)
def test_a_pause_has_a_length_in_every_language(line: str, days: int) -> None:
    assert parse(line, TODAY) == Command(Verb.PAUSE, days=days)


@pytest.mark.parametrize("line", NOT_DONE)
def test_a_negation_in_any_language_ticks_nothing_and_is_told_what_helps(line: str) -> None:
    assert parse(line, TODAY) == Unclear(line, NOT_YET)


@pytest.mark.parametrize("line", RUNS_ON)
def test_a_sentence_that_goes_on_behind_a_done_is_asked_for_a_comma(line: str) -> None:
    assert parse(line, TODAY) == Unclear(line, APART)
    first, rest = line.split(" ", 1)
    assert parse(f"{first}, {rest}", TODAY) == Command(Verb.DONE, note=rest)


@pytest.mark.parametrize("line", LEFT_OUT)
def test_a_word_with_two_meanings_is_asked_about(line: str) -> None:
    assert isinstance(parse(line, TODAY), Unclear)


@pytest.mark.parametrize("line", ["0日休む", "pausa 400 días", "400 Tage Pause"])
def test_a_pause_out_of_bounds_is_refused_in_every_language(line: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert reading.why.startswith("A pause")


def test_a_step_of_another_language_needs_its_colon_and_a_time_its_time() -> None:
    for line in (
        "Schritt: zwei Zeilen",
        "étape : zwei Zeilen",
        "*krok:* zwei Zeilen",
        "ステップ：zwei Zeilen",
    ):
        assert parse(line, TODAY) == Command(Verb.STEP, step="zwei Zeilen")
    for line in ("Schritt zwei Zeilen", "passo", "stap"):
        assert isinstance(parse(line, TODAY), Unclear)
    assert parse("heure 7h30", TODAY) == parse("時間 7:30", TODAY) == Command(Verb.TIME, at=time(7, 30))
    assert parse("leise", TODAY) == Command(Verb.QUIET, on=True)


def test_no_word_means_two_commands_and_every_language_has_the_plain_ones() -> None:
    meant: dict[str, Verb] = {word: row.verb for row in COMMANDS for word in row.words}
    for verb, languages in ABROAD.items():
        assert set(languages) <= set(LANGUAGES)
        for word in {plain(word) for words in languages.values() for word in words}:
            assert meant.setdefault(word, verb) is verb, word
    for verb in (
        Verb.DONE,
        Verb.SKIP,
        Verb.UNDO,
        Verb.SMALLER,
        Verb.BIGGER,
        Verb.RESUME,
        Verb.STOP,
        Verb.HELP,
    ):
        assert all(ABROAD[verb].values()), verb


@given(
    st.sampled_from([word for word in Lexicon(COMMANDS).abroad if word.isascii() and " " not in word]),
    st.sampled_from("xzqjv"),
)
def test_a_longer_word_is_not_the_word_that_it_begins_with(word: str, letter: str) -> None:
    assert isinstance(parse(word + letter, TODAY), Unclear)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("erledigt 2", (2, "erledigt")),
        ("2: kleiner", (2, "kleiner")),
        ("plus petit 2", (2, "plus petit")),
        ("完了２", (2, "完了")),
        ("２ 完了", (2, "完了")),
        ("2完了", (2, "完了")),
        ("👍 2", (2, "👍")),
        ("✔️ 1", (1, "✔️")),
        ("Uhrzeit 2", (None, "Uhrzeit 2")),
        ("3日休む", (None, "3日休む")),
        ("3 Tage Pause", (None, "3 Tage Pause")),
        ("erledigt 4", (None, "erledigt 4")),
    ],
)
def test_a_number_picks_a_section_in_every_language(line: str, expected: tuple[int | None, str]) -> None:
    assert picked(line, 3) == expected
