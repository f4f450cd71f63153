"""Text in format=flowed (RFC 3676): lines that a mail program broke become whole again."""

import re

_MARKS = re.compile(r">*")
_SIGNATURE = "-- "


def unflowed(text: str, joined: bool) -> str:
    """Return flowed text with its paragraphs on one line each, quote marks kept.

    `joined` says that the space before a break is not part of the text (DelSp).
    """
    paragraphs: list[str] = []
    depth, held = 0, ""
    for line in text.splitlines():
        marks = _MARKS.match(line)
        quoted = marks.end() if marks else 0
        words = line[quoted:].removeprefix(" ")
        if held and (quoted != depth or words == _SIGNATURE):  # a paragraph that was never ended
            paragraphs.append(_line(depth, held))
            held = ""
        depth = quoted
        if words.endswith(" ") and words != _SIGNATURE:
            held += words[:-1] if joined else words
        else:
            paragraphs.append(_line(depth, held + words))
            held = ""
    return "\n".join([*paragraphs, _line(depth, held)] if held else paragraphs)


def _line(depth: int, words: str) -> str:
    return f"{'>' * depth} {words}" if depth else words
