"""`make bench`: the hot paths against floors measured in the same run, on SQLite and on PostgreSQL.

`python -m tests.bench sqlite send click` runs only some databases and parts; without names it runs all,
prints a table and writes bench.json. Ratios, not seconds, are worth comparing: machines differ, and so does
one machine from minute to minute. It ends with 0 even where a target is missed: it informs, no more.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from tests.bench import claiming, clicking, crowd, replying, sending, table
from tests.bench.databases import KINDS, Server, server
from tests.bench.table import Result

PARTS: dict[str, Callable[[Server], Iterator[Result]]] = {
    "send": sending.send,
    "compose": sending.compose,
    "click": clicking.click,
    "claim": claiming.claim,
    "reply": replying.reply,
    "crowd": crowd.crowd,
}


def main(words: Sequence[str]) -> int:
    """Run what was asked for; 2 for a word that is neither a database nor a part."""
    if unknown := [word for word in words if word not in (*KINDS, *PARTS)]:
        sys.stderr.write(f"bench: no {unknown[0]!r}; choose from {', '.join((*KINDS, *PARTS))}\n")
        return 2
    logging.disable(logging.WARNING)
    started, found = time.monotonic(), {}
    for kind in [kind for kind in KINDS if kind in words] or KINDS:
        found[kind] = run(kind, [part for part in PARTS if part in words] or list(PARTS))
    table.keep(found, whole=not words)
    sys.stdout.write(f"\n{time.monotonic() - started:.0f} seconds; written to {table.JSON}\n")
    return 0


def run(kind: str, parts: Sequence[str]) -> list[Result]:
    """Run some parts on one kind of database, and print each figure when it is there."""
    table.head(kind)
    found = []
    with server(kind) as running:
        for part in parts:
            for result in PARTS[part](running):
                table.show(kind, result)
                found.append(result)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
