"""How mail programs mark what is not the person's own in plain text, in many languages."""

import re

_LONG = 300  # characters of a line that are looked at

_QUOTE = re.compile(r"\s*(?:[>＞]|&gt;|\|\s)")
_FORWARD = (
    "(?:begin )?forwarded message|anfang der weitergeleiteten|weitergeleitete nachricht"
    "|début du message (?:transféré|réexpédié)|message transféré|(?:inicio del )?mensaje reenviado"
    "|inizio (?:del )?messaggio inoltrato|messaggio inoltrato|início da mensagem (?:re)?encaminhada"
    "|mensagem encaminhada|begin doorgestuurd bericht|doorgestuurd bericht"
    "|początek przekazywanej wiadomości|vidarebefordrat (?:brev|mejl|meddelande)"
    "|videresendt (?:melding|meddelelse)|välitetty viesti|начало переадресованного|пересылаемое сообщение"
    "|転送されたメッセージ|以下是转发的邮件|以下是轉寄的郵件|전달된 메시지"
)
_SEPARATOR = re.compile(
    r"\s*(?:_{8,}|[-—]{2,}.{3,80}[-—]{2,}\s*$|[-—–]{2,}\s*$|begin [0-7]{3} \S|-----BEGIN PGP"
    rf"|(?:{_FORWARD})(?:[^:：]{{0,20}}[:：])?\W*$)",
    re.IGNORECASE,
)

# Header names as programs write them above a quoted or forwarded mail; a block begins with one of the first.
_FROM = (
    "from|von|de|da|van|od|fra|från|expéditeur|remitente|mittente|afzender|nadawca|lähettäjä|kimden|gönderen"
    "|от|от кого|від|кому от|feladó|από|差出人|送信者|发件人|發件人|寄件者|寄件人|发信人|보낸 ?사람|من|מאת"
)
_SENT = (
    "sent|date|gesendet|datum|envoyée?|date d['’]envoi|enviado(?: el| em)?|fecha|data|inviato|verzonden"
    "|wysłano|skickat|sendt|dato|lähetetty|päivämäärä|gönderildi|tarih|дата|отправлено|надіслано|odesláno"
    "|elküldve|تاريخ|נשלח|תאריך"
    "|送信日時|日付|日時|发送时间|發送時間|寄件日期|日期|보낸 ?날짜|날짜"
)
_OTHERS = (
    "to|an|à|para|a|aan|do|till|til|vastaanottaja|kime|кому|宛先|收件人|收件者|받는 ?사람|cc|kopie|copie"
    "|destinataire|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|ämne|emne|aihe|konu|тема"
    "|předmět|tárgy|件名|主题|主題|主旨|제목|reply-to|antwort an|répondre à|importance|wichtigkeit"
)
_EDGE = r"[\s*>\u200e\u200f\u202a-\u202e]*"
_HEAD = re.compile(rf"{_EDGE}(?:{_FROM}|{_SENT}){_EDGE}[:：]", re.IGNORECASE)
_FROM_SOMEBODY = re.compile(rf"{_EDGE}(?:{_FROM}){_EDGE}[:：].*(?:@|<|\[mailto)", re.IGNORECASE)
_HEADER = re.compile(rf"{_EDGE}(?:{_FROM}|{_SENT}|{_OTHERS}){_EDGE}[:：]", re.IGNORECASE)


def is_quote(line: str) -> bool:
    """Tell whether a line is marked as quoted."""
    return bool(_QUOTE.match(line[:_LONG]))


def is_separator(line: str) -> bool:
    """Tell whether a line separates: a signature's dashes, `--- Original Message ---`, a forward's head."""
    return bool(_SEPARATOR.match(line[:_LONG]))


def begins_headers(lines: list[str]) -> bool:
    """Tell whether these lines begin with a quoted mail's headers, such as `From: …` and `Sent: …`."""
    if not _HEAD.match(lines[0][:_LONG]):
        return False
    if _FROM_SOMEBODY.match(lines[0][:_LONG]):
        return True
    following = [line for line in lines[1:6] if line.strip()][:3]
    return any(_HEADER.match(line[:_LONG]) for line in following)
