"""What programs and phones write under a mail by themselves: `Sent from my iPhone`, in many languages."""

import re

_LONGEST = 160  # characters; what is longer is a sentence of a person's

_DEVICES = (
    r"i ?phon\w*|i ?pad|ipod|apple|android|samsung|galaxy|huawei|xiaomi|pixel|nokia|blackberry|smart ?phone"
    r"|handy|mobile?|phone|telefon\w*|tele?fone|téléphone|teléfono|cellulare|celular|móvil|telemóvel|telefoon"
    r"|tablet|outlook|mail|gmx|web\.de|yahoo|aol|proton|k-9|thunderbird|fairemail|spark|bluemail|fastmail|tuta"
    r"|airmail|device|gerät|appareil|dispositivo|urządzenia|aparat\w*|puhelime\w*|app|телефон\w*|устройств\w*"
)
# With the word that makes it a program's line: a person's `Sent one mail to Bob` is a note.
_SENT_FROM = (
    r"sent\ (?:from|via|with|using)|(?:gesendet|versendet|verschickt)\ (?:mit|von|vom|aus|über|via|per)"
    r"|envoyée?\ (?:de|du|depuis|à\ partir|avec|via)"
    r"|enviad[oa]\ (?:desde|de|do|da|con|com|a\ partir|v[ií]a|pelo)"
    r"|inviat[oa]\ (?:da|dal|con|tramite)|(?:verzonden|verstuurd)\ (?:vanaf|vanuit|van|met|via)"
    r"|wysłan[eo]\ (?:z|ze|za)|skickat\ (?:från|med)|sendt\ (?:fra|med)|lähetetty"
    r"|(?:odesláno|odoslané|poslano)\ (?:z|ze|s|iz)|trimis\ (?:de|din|cu)"
    r"|(?:изпратено|отправлено)\ (?:с|из|от|через)|надіслано\ (?:з|із|через)|dikirim\ dari|được\ gửi\ từ"
)
_GET = (
    r"get|download|obtenez|télécharge[rz]|obtener|obtén|obter|obtenha|ottieni|scarica|pobierz|hämta|hent|hanki"
    r"|holen\ sie\ sich|laden\ sie|скачать"
)
_MARKS = re.compile(
    rf"""\W{{0,6}}(?:
        (?:{_SENT_FROM})\s.*\b(?:{_DEVICES}).*
      | sent\ from\ my\b.*
      | (?:vo[nm]|diese\ .{{0,20}}wurde)\ .{{0,60}}\b(?:{_DEVICES})\b.{{0,40}}
        \ (?:gesendet|versendet|verschickt|geschickt)\W*
      | (?:{_GET})\s.{{0,20}}\b(?:outlook|yahoo\ mail|aol|spark|bluemail)\b
        .{{0,20}}\b(?:ios|android|mac|app)\b.*
      | outlook\ (?:für|voor|para|pour|per|for|dla)\ (?:ios|android)\b.{{0,60}}
      | yahoo\ mail:\ .*
      | .{{1,80}}\ reacted\ (?:via|to\ your)\ .*
      | .{{0,30}}(?:iPhone|iPad|Android|Galaxy|スマートフォン).{{0,20}}
        (?:から送信|から送信されました|으로부터\ 보냄|에서\ 보냄|发送|傳送|gönderildi|küldve)\W*
      | (?:从|從|发自|發自|来自|來自)
        .{{0,20}}(?:iPhone|iPad|Android|手机|手機|QQ邮箱|Outlook|邮箱大师).{{0,20}}
      | (?:נשלח|أرسلت|أُرسلت|تم\ الإرسال)\ .*(?:iPhone|iPad|Android|Galaxy|הטלפון|هاتف).*
      | (?:virus-?free|virenfrei|sans\ virus|(?:sin|libre\ de)\ virus|senza\ virus|virusvrij)
        .{{0,20}}(?:www|avast|avg).*
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_signature(line: str) -> bool:
    """Tell whether a program wrote a line under the person's words."""
    return len(line) <= _LONGEST and bool(_MARKS.fullmatch(line.strip()))
