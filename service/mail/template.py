"""Mail templates: Markdown with placeholders, compiled once a process into a text and an HTML template.

Markdown and CSS inlining run on the template alone; what people typed is put in afterwards, escaped, so it
can never become markup. Jinja's `{% … %}` travel through both as HTML comments. What a template may ask about
is told in `service.mail.slots`.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
import markdown
from jinja2 import Environment, StrictUndefined, Template

FOLDER = Path(__file__).parents[2] / "templates" / "emails"

_BLOCK = re.compile(r"\{%.*?%\}")
_BLOCK_LINE = re.compile(r"^[ \t]*(\{%(?:(?!%\})[^\n])*%\})[ \t]*\n", re.MULTILINE)
_ATTRIBUTES = re.compile(r"^\{:[^}]*\}\n?|\{:[^}]*\}", re.MULTILINE)
_COMMENTED = re.compile(r"<!--(\{%.*?%\})-->")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_TAG = re.compile(r"</?[a-z][^>]*>")
_HEADING = re.compile(r"^#+ ", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|(?<!\w)\*|\*(?!\w)|`")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words: subject, plain text and HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """One compiled template."""

    subject: Template
    text: Template
    html: Template

    def render(self, values: dict[str, Any]) -> Rendered:
        """Put the values in; a mail is rendered once for its shape (see `service.mail.skeleton`)."""
        plain = self.text.render(values)
        return Rendered(
            subject=self.subject.render(values),
            text=_BLANK_LINES.sub("\n\n", _TRAILING.sub("", plain)).strip() + "\n",
            html=self.html.render(values),
        )


_plain = Environment(undefined=StrictUndefined)  # noqa: S701 - text
_markup = Environment(undefined=StrictUndefined, autoescape=True)


@cache
def template(name: str) -> MailTemplate:
    """Return the compiled template of that name; compiled at the first call in a process."""
    first, _, body = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    return MailTemplate(
        subject=_plain.from_string(first.removeprefix("Subject:").strip()),
        text=_plain.from_string(_to_text(body)),
        html=_markup.from_string(_to_html(body)),
    )


def _to_text(body: str) -> str:
    """Turn a template's Markdown into plain text; each link comes on a line of its own."""
    body = _ATTRIBUTES.sub("", _BLOCK_LINE.sub(r"\1", body))
    body = _LINK.sub(r"\1:\n\2", body)
    return _EMPHASIS.sub("", _HEADING.sub("", _TAG.sub("", body)))


def _to_html(body: str) -> str:
    """Turn a template's Markdown into a whole HTML page with its styles inlined."""
    alone = _BLOCK_LINE.sub(r"\n\1\n\n", body)
    commented = _BLOCK.sub(lambda found: f"<!--{found[0]}-->", alone)
    content = markdown.markdown(commented, extensions=["attr_list", "sane_lists"])
    layout = (FOLDER / "layout.html").read_text(encoding="utf-8")
    page = css_inline.CSSInliner(keep_at_rules=True).inline(layout.replace("<!--content-->", content))
    return _COMMENTED.sub(r"\1", page)
