"""The policy that our headers are written with."""

from email.header import Header
from email.headerregistry import HeaderRegistry
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any

from service.domain.text import one_line

LINE = 78  # characters (RFC 5322, 2.1.1)
_TOKENS = ("to", "reply-to", "message-id", "in-reply-to", "references", "list-id", "list-unsubscribe")


class Tokens:
    """A header of addresses or ids, folded only between them.

    The standard library's folding turns a token longer than a line into encoded words, which mean nothing
    there, and it decodes encoded words in what it is given.
    """

    max_count = 1
    name: str

    @staticmethod
    def parse(value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is: one line, made by us."""
        kwds["decoded"], kwds["parse_tree"] = one_line(value), None

    def fold(self, *, policy: Policy) -> str:
        """Return the header in lines of at most 78 characters, but for tokens that are longer."""
        first, *tokens = str(self).split() or [""]
        lines = [f"{self.name}: {first}"]
        for token in tokens:
            if len(lines[-1]) + 1 + len(token) <= LINE:
                lines[-1] += f" {token}"
            else:
                lines.append(f" {token}")
        return policy.linesep.join((*lines, ""))


class Words(Tokens):
    """A header of words: folded at spaces, and in encoded words (RFC 2047) where they are not ASCII.

    The standard library's own folding adds or drops spaces in long values, differently in each release.
    """

    def fold(self, *, policy: Policy) -> str:
        """Return the header in lines of at most 78 characters."""
        if str(self).isascii():
            return super().fold(policy=policy)
        encoded = Header(str(self), "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep}"


def _policy() -> "EmailPolicy[Any]":
    registry = HeaderRegistry()
    for name in _TOKENS:
        registry.map_to_type(name, Tokens)  # type: ignore[arg-type]
    registry.map_to_type("subject", Words)  # type: ignore[arg-type]
    return SMTP.clone(header_factory=registry)


POLICY = _policy()
