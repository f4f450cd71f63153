"""What is due to a person at the same time becomes one mail."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from service.actions.outbox import WOKEN_FOR, Outbox
from service.domain.silence import Voice
from service.domain.turn import Turn
from service.mail.kinds import ASKING, DAILY, RESTING, Kind
from service.storage import claims
from service.storage.claims import Batch, Due

Mail = tuple[Due, Turn]  # a due goal and what it says now

_KINDS: dict[Voice | None, Kind] = {Voice.DAILY: DAILY, Voice.ASK: ASKING, Voice.REST: RESTING}


def put_together(outbox: Outbox, mails: Iterable[Mail]) -> None:
    """Put one mail in for each person's goals; its lead is of the kind that the mail is.

    Where the lead's mail is there already, the next goal leads.
    """
    groups = _groups(mails)
    sections: list[tuple[Mail, int]] = []
    while groups:
        leads = _put(outbox, [group[0] for group in groups])
        left = []
        for group in groups:
            lead_id = leads.get(group[0][0].goal_id)
            if lead_id is not None:
                sections += [(mail, lead_id) for mail in group[1:]]
            elif len(group) > 1:
                left.append(group[1:])
        groups = left
    _join(outbox, sections)


def _groups(mails: Iterable[Mail]) -> list[list[Mail]]:
    together: defaultdict[tuple[int, bool], list[Mail]] = defaultdict(list)
    for one, its in mails:
        together[one.person_id, its.says is Voice.REST].append((one, its))
    for group in together.values():
        if len(group) > 1:
            group.sort(key=lambda mail: mail[1].says is not Voice.DAILY)
    return list(together.values())


def _put(outbox: Outbox, mails: Iterable[Mail]) -> dict[int, int]:
    """Put these mails in, those alike in one statement; return the new ids by their goals'."""
    alike: defaultdict[tuple[date, Voice | None, datetime], list[int]] = defaultdict(list)
    for one, its in mails:
        alike[its.day, its.says, one.planned.due].append(one.goal_id)
    new: dict[int, int] = {}
    for (day, says, due_at), goal_ids in alike.items():
        batch = _batch(outbox, day, says, due_at)
        message_ids = outbox.message_ids(_KINDS[says], len(goal_ids))
        new |= claims.put(outbox.session, dict(zip(goal_ids, message_ids, strict=True)), batch)
    outbox.woken += new.values()
    return new


def _join(outbox: Outbox, sections: Iterable[tuple[Mail, int]]) -> None:
    """Put sections in, which go out with their leads."""
    rows = [
        {
            "goal_id": one.goal_id,
            "message_id": outbox.message_ids(_KINDS[its.says], 1)[0],
            "lead_id": lead_id,
            **_batch(outbox, its.day, its.says, one.planned.due)._asdict(),
        }
        for (one, its), lead_id in sections
    ]
    claims.join(outbox.session, rows)


def _batch(outbox: Outbox, day: date, says: Voice | None, due_at: datetime) -> Batch:
    return Batch(day, _KINDS[says].name, due_at, outbox.now, outbox.now + WOKEN_FOR)
