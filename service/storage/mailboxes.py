"""How far each mailbox was read, so that a restart goes on where it stopped."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from service.storage import queries
from service.storage.models import Mailbox


def last_uid(session: Session, account: str, uidvalidity: int) -> int:
    """Return the last UID that was read; 0 where the folder is new to us, or not the same any more."""
    row = session.get(Mailbox, account)
    return row.last_uid if row is not None and row.uidvalidity == uidvalidity else 0


def remember(session: Session, account: str, uidvalidity: int, last_uid: int) -> None:
    """Note how far a mailbox was read; where two read it at the same time, the one further on counts."""
    new = queries.insert(session, Mailbox)
    new = new.values(account=account, uidvalidity=uidvalidity, last_uid=last_uid)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["account"],
            set_={"uidvalidity": uidvalidity, "last_uid": last_uid},
            where=or_(Mailbox.uidvalidity != uidvalidity, Mailbox.last_uid < last_uid),
        )
    )


def forget(session: Session, account: str) -> None:
    """Begin a mailbox again at its start."""
    session.execute(delete(Mailbox).where(Mailbox.account == account))
