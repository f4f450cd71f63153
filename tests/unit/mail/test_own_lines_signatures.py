"""What phones and programs write under a mail by themselves never lands in a note, and people's words do."""

import pytest

from service.mail.own_lines import own_lines

PHONES = [
    *(
        "Sent from my iPhone",
        "Sent from my iPad",
        "Sent from my Galaxy",
        "Sent from my Samsung Galaxy smartphone.",
    ),
    *(
        "Sent from my BlackBerry 10 smartphone.",
        "Sent from my mobile device",
        "Sent from Outlook for Android",
    ),
    *("Sent from Yahoo Mail on Android", "Sent from Proton Mail for iOS.", "Sent via BlueMail for Android"),
    *(
        "Sent from Mail for Windows",
        "Get Outlook for iOS",
        "Get Outlook for Android<https://example.com/AAb9ysg>",
    ),
    *("Get BlueMail for Android", "Sent with Proton Mail secure email.", "Sent from the Gmail Mobile App"),
    *(
        "Von meinem iPhone gesendet",
        "Von meinem iPad gesendet",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
    ),
    *("Gesendet mit der GMX App", "Gesendet mit der WEB.DE Mail App", "Gesendet von Outlook für Android"),
    *("Von meinem Handy gesendet", "Gesendet von Mail für Windows", "Outlook für iOS beziehen"),
    "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    *("Envoyé de mon iPhone", "Envoyé depuis mon iPad", "Envoyé à partir de Outlook pour Android"),
    *("Envoyé depuis mon appareil Galaxy", "Télécharger Outlook pour iOS", "Obtenez Outlook pour Android"),
    *("Enviado desde mi iPhone", "Enviado desde mi smartphone Samsung Galaxy.", "Obtener Outlook para iOS"),
    *("Enviado do meu iPhone", "Enviado a partir do Outlook para Android", "Obter o Outlook para iOS"),
    *("Inviato da iPhone", "Inviato dal mio dispositivo Samsung", "Inviato da Outlook per Android"),
    *("Verstuurd vanaf mijn iPhone", "Verzonden vanaf mijn Galaxy", "Outlook voor iOS downloaden"),
    *(
        "Wysłane z iPhone’a",
        "Wysłano z mojego telefonu",
        "Skickat från min iPhone",
        "Skickat från Outlook för iOS",
    ),
    *("Sendt fra min iPhone", "Hent Outlook til Android", "Lähetetty iPhonesta", "Odesláno z iPhonu"),
    *(
        "Trimis de pe iPhone-ul meu",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail",
        "Надіслано з iPhone",
    ),
    *(
        "iPhoneから送信",
        "iPadから送信",
        "发自我的iPhone",
        "发自我的 iPad",
        "從我的 iPhone 傳送",
        "來自我的iPhone",
    ),
    *("나의 iPhone에서 보냄", "iPhone'umdan gönderildi", "נשלח מה-iPhone שלי", "أرسلت من الـ iPhone"),
    *("Yahoo Mail: Search, Organize, Conquer", "Virus-free.www.avast.com", "Virenfrei.www.avast.com"),
]


@pytest.mark.parametrize("line", PHONES)
def test_a_line_of_a_phone_is_no_note(line: str) -> None:
    assert own_lines(f"done\nIt was easy.\n\n{line}\n") == ("done", "It was easy.")
    assert own_lines(f"done\n{line}\n\nOn Monday, Kaizen wrote:\n> stop\n") == ("done",)
    assert own_lines(f"{line}\n\nOn Monday, Kaizen wrote:\n> stop\n") == ()


@pytest.mark.parametrize(
    "line",
    [
        *("Sent one mail to Bob", "I sent it from the train", "Sent a text to my phone", "sent", "Get milk"),
        *("Eine Mail geschickt", "Mail an Mama gesendet", "J'ai envoyé un mail", "Enviado", "Inviato tutto"),
        *("Wrote on my phone, in bed", "The mail app was slow", "get outlook right", "Free of viruses again"),
        *("iPhone stayed off all day", "Yahoo", "Von meinem Bruder geliehen", "今日はiPhoneで書いた"),
        "Sent from my heart? No: " + "I sat down and wrote, " * 10,
    ],
)
def test_a_persons_words_about_mail_and_phones_are_kept(line: str) -> None:
    assert own_lines(f"done\n{line}\n\nOn Monday, Kaizen wrote:\n> stop\n") == ("done", line.rstrip())


@pytest.mark.parametrize("dashes", ["-- ", "--", "---", "—", "––", "________________", "__________"])
def test_a_signature_below_dashes_is_no_note(dashes: str) -> None:
    expected = ("done",) if dashes != "—" else ("done", "", "—", "Ann", "stop")
    assert own_lines(f"done\n\n{dashes}\nAnn\nstop\n") == expected
