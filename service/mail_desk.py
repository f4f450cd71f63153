"""What `kaizen mail` prints and does: received messages, for an operator."""

from collections.abc import Iterator, Sequence

from service import clock
from service.actions import quarantine
from service.actions.outbox import Outbox
from service.actions.quarantine import Message
from service.settings import Settings
from service.storage.models import InboundState
from service.storage.session import Storage
from service.terminal import decoded, line, safe, short

MOST_LINES = 60  # of a message that is shown without --raw
WIDEST = 300  # characters of each of them


class Desk:
    """Looks at received messages in the database of the settings."""

    def __init__(self, settings: Settings) -> None:
        self.storage, self.domain = Storage(settings.database_url), settings.reply_domain

    def listed(self, state: str, limit: int) -> Iterator[str]:
        """Yield a line for each message of a state, or of any for `all`, the newest first."""
        wanted = None if state == "all" else InboundState(state)
        with self.storage.read() as session:
            found = quarantine.listed(Outbox(session, clock.now(), self.domain), wanted, limit)
        yield from map(_row, found)
        if not found:
            yield "Nothing here."

    def shown(self, inbound_id: int, raw: bool) -> list[str] | None:
        """Return what is known of a message, with `raw` just all of its lines; None where there is none."""
        with self.storage.read() as session:
            found = quarantine.shown(Outbox(session, clock.now(), self.domain), inbound_id)
        if found is None:
            return None
        message, content = found
        text = decoded(content)
        return safe(text).split("\n") if raw else [*_facts(message), *_beginning(text)]

    def retry(self, ids: Sequence[int] | None) -> list[int]:
        """Let quarantined messages be read again; return which."""
        with self.storage.write() as session:
            return quarantine.retry(Outbox(session, clock.now(), self.domain), ids)

    def drop(self, inbound_id: int) -> bool:
        """Delete a quarantined message; False where there is none of that id."""
        with self.storage.write() as session:
            return quarantine.drop(Outbox(session, clock.now(), self.domain), inbound_id)


def _beginning(text: str) -> Iterator[str]:
    lines = short(text).split("\n")
    yield from map(_narrow, lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"... {len(lines) - MOST_LINES} more lines: --raw shows them all"


def _narrow(text: str) -> str:
    """Return a line that a terminal may show, without what goes on beyond its first characters."""
    more = len(text) - WIDEST
    return safe(text) if more <= 0 else f"{safe(text[:WIDEST])} ... {more} more characters"


def _row(message: Message) -> str:
    when = f"{message.received_at:%Y-%m-%d %H:%M}"
    told = line(f"{message.reason or '-'}  from {message.mail_from or '<>'}  to {message.rcpt_to}")
    return f"{message.id}  {when}  {message.state}  {message.route or '-'}  {message.size} bytes  {told}"


def _facts(message: Message) -> Iterator[str]:
    yield f"id:        {message.id}"
    yield f"state:     {message.state}"
    yield f"reason:    {line(message.reason) or '-'}"
    yield f"received:  {message.received_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"route:     {message.route or '-'}{f', DMARC {line(message.dmarc)}' if message.dmarc else ''}"
    yield f"from:      {line(message.mail_from) or '<>'}"
    yield f"to:        {line(message.rcpt_to)}"
    yield f"tries:     {message.attempts}"
    yield f"size:      {f'{message.size} bytes' if message.size else 'its words are kept no longer'}"
    yield ""
