"""HTML → text: lines as a reader sees them, up to the first quote, which becomes a line with a quote mark.

Lexbor (by selectolax) builds the tree as browsers do. Its time and memory grow with the square of what some
markup nests, so it is given only the beginning, with few tags, and none that are repeated in the tree.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.mail.html_marks import is_hidden, mark_of

LONGEST = 60_000  # characters, without styles, scripts and comments
MOST_TAGS = 6000

# What HTML opens again in every paragraph after it (https://html.spec.whatwg.org/#the-list-of-active-formatting-elements).
_FORMATTING = re.compile(
    r"<(/?)(?=(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/>])", re.IGNORECASE
)
_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
    *("table", "td", "th", "tr", "ul"),
}
_KEEPING = {"pre", "listing", "xmp"}
_SILENT = {
    "style",
    "script",
    "head",
    "title",
    "template",
    "svg",
    "math",
    "object",
    "select",
    "textarea",
}
_DROPPED = (("<style", "</style"), ("<script", "</script"), ("<!--", "-->"))
_SPACES = re.compile(r"[ \t\r\n\f]+")


def text_of(html: str) -> str:
    """Return the text of a mail's HTML above its first quote or signature."""
    tree = LexborHTMLParser(_tamed(html))
    page = _Page()
    for node, begins in _walk(tree.body or tree.root):
        if begins and (end := mark_of(node)):
            page.lines += ["", end]
            break
        page.take(node, begins)
    return "\n".join(line.strip(" ") for line in page.lines).strip("\n ")


def _tamed(html: str) -> str:
    """Return the beginning of HTML in a form whose tree is bounded."""
    for begin, end in _DROPPED:
        html = _without(html, begin, end)
    html = html[:LONGEST]
    tags = [found.start() for found in re.finditer("<", html)]
    if len(tags) > MOST_TAGS:
        html = html[: tags[MOST_TAGS]]
    return _FORMATTING.sub(r"<\1x-", html)


def _without(html: str, begin: str, end: str) -> str:
    """Return HTML without what stands between two marks; all that follows a mark without its end goes."""
    low = html.lower() if html.isascii() else re.sub("[A-Z]+", lambda found: found[0].lower(), html)
    kept, at = [], 0
    while (start := low.find(begin, at)) >= 0:
        kept.append(html[at:start])
        found = low.find(end, start + len(begin))
        if found < 0:
            return "".join(kept)
        at = found + len(end)
        if not end.endswith(">"):  # the rest of an end tag
            at = low.find(">", at) + 1 or len(low)
    return "".join([*kept, html[at:]])


class _Page:
    """Lines as a browser would set them: blocks begin lines of their own, spaces collapse."""

    def __init__(self) -> None:
        self.lines = [""]
        self._kept = 0  # how many elements around keep their line ends

    def take(self, node: LexborNode, begins: bool) -> None:
        """Put the beginning or the end of an element on the page, or a text."""
        tag = node.tag or ""
        if tag == "-text" and begins:
            self._text(node.text_content or "")
        elif (tag == "br" and begins) or (tag in _BLOCKS and self.lines[-1].strip(" ")):
            self.lines.append("")
        if tag in _KEEPING:
            self._kept += 1 if begins else -1

    def _text(self, text: str) -> None:
        if self._kept:
            first, *rest = text.splitlines() or [""]
            self.lines[-1] += first
            self.lines += [*rest, *([""] if text.endswith("\n") else [])]
        elif words := _SPACES.sub(" ", text):
            self.lines[-1] += words.lstrip(" ") if self.lines[-1].endswith(" ") else words


def _walk(top: LexborNode | None) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each node that a reader sees at its beginning (True) and its end, however deep the tree is."""
    node, depth = top, 0
    while node is not None:
        yield node, True
        inner = None if (node.tag or "") in _SILENT or is_hidden(node) else node.first_child
        if inner is not None:
            node, depth = inner, depth + 1
            continue
        yield node, False
        while (following := node.next) is None:
            parent = node.parent
            if depth == 0 or parent is None:
                return
            node, depth = parent, depth - 1
            yield node, False
        if depth == 0:
            return
        node = following
