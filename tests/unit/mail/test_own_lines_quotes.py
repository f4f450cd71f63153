"""What introduces a quote: in many languages, over one to three lines, with or without marks and colon."""

import pytest

from service.mail.own_lines import own_lines

WHO = "Kaizen <kaizen@kaizen.example.org>"
# As mail programs write them, in languages of their own.
INTRODUCTIONS = [
    f"On Wed, Mar 11, 2026 at 8:00 AM {WHO} wrote:",
    f"On Wed, 11 Mar 2026, 08:00 {WHO}, wrote:",
    f"On 11 Mar 2026, at 08:00, {WHO} wrote:",
    "On 11/03/2026 08:00, Kaizen wrote:",
    f"On Wednesday, March 11th, 2026 at 8:00 AM, {WHO} wrote:",
    f"On 2026-03-11 08:00, {WHO} wrote",
    f"Am 11.03.2026 um 08:00 schrieb {WHO}:",
    f"Am Mittwoch, dem 11.03.2026 um 08:00 +0100 schrieb {WHO}:",
    "Kaizen schrieb am 11.03.2026 um 08:00:",
    f"{WHO} hat am 11.03.2026 um 08:00 geschrieben:",
    f"Le mer. 11 mars 2026 à 08:00, {WHO} a écrit :",
    f"Le 11/03/2026 à 08:00, {WHO} a écrit :",
    f"El mié, 11 mar 2026 a las 8:00, {WHO} escribió:",
    f"El 11/3/26 a las 8:00, {WHO} escribió:",
    f"Em qua., 11 de mar. de 2026 às 08:00, {WHO} escreveu:",
    f"Il giorno mer 11 mar 2026 alle ore 08:00 {WHO} ha scritto:",
    "Il 11/03/26 08:00, Kaizen ha scritto:",
    f"Op wo 11 mrt 2026 om 08:00 schreef {WHO}:",
    f"Op 11 mrt. 2026 om 08:00 heeft {WHO} het volgende geschreven:",
    "W dniu 11.03.2026 o 08:00, Kaizen pisze:",
    f"śr., 11 mar 2026 o 08:00 {WHO} napisał(a):",
    f"2026年3月11日(水) 8:00 {WHO}:",
    f"2026/03/11 8:00、{WHO}のメール:",
    f"ср, 11 мар. 2026 г. в 08:00, {WHO}:",
    f"11 марта 2026 г., в 08:00, {WHO} написал(а):",
    "11.03.2026 08:00, Kaizen пишет:",
    f"{WHO} 于2026年3月11日周三 08:00写道：",
    f'在 2026-03-11 08:00:00，"Kaizen" <{WHO[8:-1]}> 写道：',
    f"{WHO} 於 2026年3月11日 週三 上午8:00寫道：",
    f"Den ons 11 mars 2026 kl 08:00 skrev {WHO}:",
    f"Den 11.03.2026 08:00, skrev {WHO}:",
    f"ons. 11. mar. 2026 kl. 08:00 skrev {WHO}:",
    f"ke 11. maalisk. 2026 klo 8.00 {WHO} kirjoitti:",
    f"Dne st 11. 3. 2026 8:00 uživatel {WHO} napsal:",
    f"{WHO} ezt írta (időpont: 2026. márc. 11., Sze, 8:00):",
    f"În mie., 11 mar. 2026 la 08:00, {WHO} a scris:",
    f"{WHO}, 11 Mar 2026 Çar, 08:00 tarihinde şunu yazdı:",
    f"2026년 3월 11일 (수) 오전 8:00, {WHO}님이 작성:",
    f"ср, 11 бер. 2026 р. о 08:00 {WHO} пише:",
    f"Vào Th 4, 11 thg 3, 2026 vào lúc 08:00 {WHO} đã viết:",
    f"Pada Rab, 11 Mar 2026 pukul 08.00 {WHO} menulis:",
    f"Στις Τετ 11 Μαρ 2026 στις 8:00 π.μ., ο/η {WHO} έγραψε:",
]
OURS = "Today's step\n\nWrite 1 sentence\n\ndone\nstop\n"


@pytest.mark.parametrize("line", INTRODUCTIONS)
def test_a_quote_without_marks_is_cut_where_it_is_introduced(line: str) -> None:
    assert own_lines(f"done\nIt was easy.\n\n{line}\n\n{OURS}") == ("done", "It was easy.")
    assert own_lines(f"done\nIt was easy.\n{line}\n{OURS}") == ("done", "It was easy.")
    assert own_lines(f"{line}\n\n{OURS}") == ()


@pytest.mark.parametrize("line", INTRODUCTIONS)
def test_an_introduction_is_no_note_with_marks_below_it(line: str) -> None:
    quoted = "".join(f"> {words}\n" for words in OURS.splitlines())
    for mark_first in (f"{line}\n{quoted}", f"{line}\n\n{quoted}", f"> {line}\n{quoted}"):
        assert own_lines(f"done\n\nIt was easy.\n\n{mark_first}") == ("done", "", "It was easy.")
        assert own_lines(mark_first + "\nstop\n") == ()


@pytest.mark.parametrize("breaks", [1, 2])
@pytest.mark.parametrize("line", [line for line in INTRODUCTIONS if "<" in line and line[0] not in "K2"])
def test_an_introduction_may_be_broken_over_lines(line: str, breaks: int) -> None:
    at = line.index("<")
    broken = f"{line[:at].rstrip()}\n{line[at:]}"
    if breaks == 2 and line.rstrip()[-1] in ":：" and " " in line[line.index(">") :]:
        end = line.index(" ", line.index(">"))
        broken = f"{line[:at].rstrip()}\n{line[at:end]}\n{line[end + 1 :]}"
    assert own_lines(f"done\n\nIt was easy.\n\n{broken}\n> stop\n") == ("done", "", "It was easy.")
    assert own_lines(f"done\n\nIt was easy.\n\n{broken}\n\n{OURS}") == ("done", "", "It was easy.")


@pytest.mark.parametrize(
    "note",
    [
        "On the way home I wrote: the end",
        "On Monday I wrote:",
        "At 8:30 I wrote one more",
        "I wrote it at 2026-03-11 08:00",
        "On 11 March I wrote 3 pages",
        "Ann wrote",
        "as Ann wrote:",
        "Le chat a écrit",
        "do 5 pages tomorrow",
        "El gato: 5 páginas",
        "am Mittwoch 3 Seiten geschrieben",
        "Meet at 10:30: Bob",
        "From: nowhere",
        "To: do it again",
        "Date: with a friend",
        "Mail ann@example.net about it",
        "Forwarded message to my friend",
        "-- easy, was it",
        "* one\n* two",
        "1. one\n2. two",
        "| pipe",
    ],
)
def test_a_persons_own_words_are_not_taken_for_an_introduction(note: str) -> None:
    expected = ("done", *note.splitlines()) if not note.startswith("|") else ("done",)
    assert own_lines(f"done\n{note}\n\nOn 11/03/2026 08:00, Kaizen wrote:\n> stop\n") == expected
    assert own_lines(f"done\n{note}\n") == expected


@pytest.mark.parametrize(
    "command", ["done", "pause 3 days", "do 5 minutes", "5 pages", "step: write 2 lines", "on 7:30"]
)
def test_a_command_right_above_an_introduction_without_marks_is_found(command: str) -> None:
    for line in INTRODUCTIONS:
        assert own_lines(f"{command}\n{line}\n\n{OURS}") == (command,)


HEADERS = [
    ("From: Kaizen <k@example.org>", "Sent: Wednesday, March 11, 2026 8:00 AM", "To: Ann", "Subject: Write"),
    ("*From:* Kaizen", "*Sent:* Wednesday", "*To:* Ann", "*Subject:* Write"),
    ("Von: Kaizen", "Gesendet: Mittwoch, 11. März 2026 08:00", "An: Ann", "Betreff: Write"),
    ("Gesendet: Mittwoch, 11. März 2026 um 08:00 Uhr", "Von: Kaizen", "An: Ann", "Betreff: Write"),
    ("De : Kaizen", "Envoyé : mercredi 11 mars 2026 08:00", "À : Ann", "Objet : Write"),
    ("De: Kaizen", "Enviado: miércoles, 11 de marzo de 2026", "Para: Ann", "Asunto: Write"),
    ("De: Kaizen", "Enviada em: quarta-feira", "Para: Ann", "Assunto: Write"),
    ("Da: Kaizen", "Inviato: mercoledì 11 marzo 2026", "A: Ann", "Oggetto: Write"),
    ("Van: Kaizen", "Verzonden: woensdag 11 maart 2026", "Aan: Ann", "Onderwerp: Write"),
    ("Od: Kaizen", "Wysłano: środa, 11 marca 2026", "Do: Ann", "Temat: Write"),
    ("Från: Kaizen", "Skickat: den 11 mars 2026", "Till: Ann", "Ämne: Write"),
    ("Fra: Kaizen", "Sendt: 11. mars 2026", "Til: Ann", "Emne: Write"),
    ("Lähettäjä: Kaizen", "Lähetetty: keskiviikko", "Vastaanottaja: Ann", "Aihe: Write"),
    ("Kimden: Kaizen", "Gönderildi: 11 Mart 2026", "Kime: Ann", "Konu: Write"),
    ("От: Kaizen", "Отправлено: среда, 11 марта 2026", "Кому: Ann", "Тема: Write"),
    ("差出人: Kaizen", "送信日時: 2026年3月11日", "宛先: Ann", "件名: Write"),
    ("发件人: Kaizen", "发送时间: 2026年3月11日", "收件人: Ann", "主题: Write"),
    ("寄件者: Kaizen", "寄件日期: 2026年3月11日", "收件者: Ann", "主旨: Write"),
    ("보낸 사람: Kaizen", "보낸 날짜: 2026년 3월 11일", "받는 사람: Ann", "제목: Write"),
    ("מאת: Kaizen", "נשלח: יום רביעי", "אל: Ann", "נושא: Write"),
]


@pytest.mark.parametrize("block", HEADERS, ids=lambda block: block[0])
def test_a_block_of_headers_begins_a_quote(block: tuple[str, ...]) -> None:
    for gap in ("\n", "\n\n"):
        headers = gap.join(block)
        assert own_lines(f"done\nIt was easy.\n\n{headers}\n\n{OURS}") == ("done", "It was easy.")
        assert own_lines(f"{headers}\n\n{OURS}") == ()
