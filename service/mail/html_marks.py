"""How mail programs mark in HTML what is not the person's own: quotes, signatures, hidden text."""

import re

from selectolax.lexbor import LexborNode

# By the class, id or other attribute that a program puts on the element around a quote. Several are prefixed
# when the HTML went through another program (Outlook's x_, Yahoo's ydp and digits), so they count anywhere.
_QUOTE = re.compile(
    r"gmail_quote|gmail_attr|gmail_extra"
    r"|yahoo_quoted|yahoo_quote"
    r"|appendonsend|divrplyfwdmsg|reference-message|olk_src_body_section|mail-editor-reference"
    r"|moz-cite-prefix|moz-forward-container|moz-email-headers-table"
    r"|protonmail_quote|tutanota_quote|hey_quote|missive_quote|front-blockquote|superhuman_quote"
    r"|replyforward|reply_forward|messagereplysection|isreplycontent|zwchr|zmail_extra|__quoted_text__"
    r"|mail-quote|mailru-blockquote|isforwardcontent|ntes_quote|qqmail_quote|gmx_quote|aolreplacedbody",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|protonmail_signature|ms-outlook-mobile-signature|outlook-signature"
    r"|applemailsignature|yahoo_signature|yahoo-signature|mobile-signature|signature_block|tutanota_signature"
    r"|composer_signature|android_signature|messagesignaturesection|mail_signature|zimbra-signature",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_BAR = re.compile(r"border-left\s*:[^;]{0,60}\bsolid", re.IGNORECASE)  # the line along a quote
_LONGEST = 500  # characters of an attribute that are looked at


def _attribute(node: LexborNode, name: str) -> str:
    return (node.attributes.get(name) or "")[:_LONGEST]


def mark_of(node: LexborNode) -> str:
    """Return the line that stands for what begins here, a quote or a signature, or else an empty string."""
    tag = node.tag or ""
    if not tag or tag[0] in "-!":
        return ""
    marks = " ".join(_attribute(node, name) for name in ("class", "id", "name", "data-marker"))
    named = tag in ("div", "table") and _attribute(node, "name").lower() == "quote"  # GMX and its sisters
    barred = _BAR.search(_attribute(node, "style"))
    if tag == "blockquote" or named or barred or _QUOTE.search(marks):
        return ">"
    return "-- " if _SIGNATURE.search(marks) else ""


def is_hidden(node: LexborNode) -> bool:
    """Tell whether an element and all in it is not shown to a reader."""
    tag = node.tag or ""
    if not tag or tag[0] in "-!":
        return False
    return "hidden" in node.attributes or bool(_HIDDEN.search(_attribute(node, "style")))
