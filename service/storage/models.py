"""The tables. Moments are UTC; days are local calendar dates of the person."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from service.domain.chain import Outcome
from service.storage.columns import Moment, Thousandths


class GoalState(StrEnum):
    """Where a goal stands: not yet confirmed, getting mail, or ended for good."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class DeliveryState(StrEnum):
    """Where an outbox row stands. All but the first three are final."""

    QUEUED = "queued"
    SENDING = "sending"
    JOINED = "joined"  # goes with its lead, as a section of the same mail
    SENT = "sent"
    UNWANTED = "unwanted"  # done, paused or left before it went
    DROPPED = "dropped"  # its day, or its use, was over
    FAILED = "failed"  # the recipient's server refused it for good
    PARKED = "parked"  # it could not be composed; an operator should look


class InboundState(StrEnum):
    """Where a received message stands."""

    NEW = "new"
    DONE = "done"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


class PausedBy(StrEnum):
    """Whose doing a span of neutral days is: asked for, a long silence, a fault of ours, or a move.

    None of them may cost a chain.
    """

    PERSON = "person"
    SILENCE = "silence"
    US = "us"
    MOVE = "move"  # a day that a change of hour, zone or weekdays jumped over
    REFUSED = "refused"  # the mail's own server did not take it


NO_PAUSES = (PausedBy.US, PausedBy.MOVE, PausedBy.REFUSED)  # neutral, and yet nobody is away


class Base(DeclarativeBase):
    """The metadata, with names for all constraints so that every database can migrate them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way
        datetime: Moment,
        Decimal: Thousandths,
        dict[str, Any]: JSON,
        # A million goals pass 2**31 deliveries in six years; SQLite's integers are that wide anyway.
        int: BigInteger().with_variant(Integer(), "sqlite"),
    }


class Person(Base):
    """A subscriber: one e-mail address, one time zone."""

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - an id in an old link must not come back

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    zone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    # Wants no answer to a plain done.
    quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    # On how many days in a row mail was refused for good, and the last of them; then it is no longer tried.
    refusals: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    refused_on: Mapped[date | None]
    suppressed_at: Mapped[datetime | None]


class Goal(Base):
    """What a person is after, with today's step and when its mail comes."""

    __tablename__ = "goal"
    __table_args__ = (
        # In the order in which the tick claims, so that a batch costs the same however many are due.
        Index("ix_goal_due", "next_due_at", "person_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    step: Mapped[str] = mapped_column(String(200))
    direction: Mapped[str] = mapped_column(String(8), default="more")
    send_at: Mapped[time]
    weekdays: Mapped[int]
    strict: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12), default=GoalState.PENDING)
    created_at: Mapped[datetime]
    starts_on: Mapped[date | None]
    next_due_at: Mapped[datetime | None]
    # The zone given at sign-up; it becomes the person's when the goal is confirmed.
    zone: Mapped[str] = mapped_column(String(64))
    # Grows by itself when its step has become easy.
    grows: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The person kept a beginning of more than two minutes, knowing it.
    leap: Mapped[bool] = mapped_column(default=False, server_default=false())
    # No offer to grow before this day.
    rests_until: Mapped[date | None]
    # Missed days before this one ask for no lighter step: the person chose a size then, or went back.
    full_from: Mapped[date | None]
    # When the person last gave any sign, and how many weekly mails have asked since.
    signed_on: Mapped[date | None]
    asked: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class StepChange(Base):
    """A rung of the ladder: a step and its weekdays from a day on; the first row is the sign-up's.

    `versions` holds its other sizes as they were worked out when it was set (`domain.sizes.Versions`).
    """

    __tablename__ = "step_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    weekdays: Mapped[int | None]
    why: Mapped[str] = mapped_column(String(12), default="", server_default=text("''"))
    versions: Mapped[dict[str, Any] | None]


class CheckIn(Base):
    """One goal, one day: done or skipped."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("goal_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id", ondelete="CASCADE"))
    day: Mapped[date]
    outcome: Mapped[Outcome] = mapped_column(String(8))
    via: Mapped[str] = mapped_column(String(8))  # link, reply or page
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(1000), default="")
    # Which version was done, and how much that was.
    version: Mapped[str] = mapped_column(String(8), default="", server_default=text("''"))
    amount: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))


class Improvement(Base):
    """A small thing that a person made better around a goal, in their own words."""

    __tablename__ = "improvement"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(String(1000))


class Pause(Base):
    """A span of neutral days; without a last day it lasts until the person resumes."""

    __tablename__ = "pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(8), default=PausedBy.PERSON)


class Delivery(Base):
    """An outbox row: one goal, one day, one kind of mail (and `ref` where a kind may come twice a day).

    Nobody needs to look at a row before `lease_until`: a queued one has just been woken, a sending one is
    held by a worker.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("goal_id", "day", "kind", "ref"),
        Index("ix_delivery_state_lease_until", "state", "lease_until"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id", ondelete="CASCADE"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(64), default="")
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(12), default=DeliveryState.QUEUED)
    lease_until: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    # How often it could not be composed.
    crashes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    # When the mail was meant to leave, where that was planned.
    due_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")
    # The delivery whose mail this one is a section of.
    lead_id: Mapped[int | None] = mapped_column(index=True)
    # How its mail came back after it was sent, if it did (`domain.bounce.Severity`).
    bounced: Mapped[str] = mapped_column(String(8), default="", server_default=text("''"))

    goal: Mapped[Goal] = relationship(lazy="raise")


class Inbound(Base):
    """A received message, raw, as its SMTP peer was told 250 for; `digest` makes it count once."""

    __tablename__ = "inbound"
    __table_args__ = (Index("ix_inbound_state_lease_until", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    mail_from: Mapped[str] = mapped_column(String(320))
    rcpt_to: Mapped[str] = mapped_column(String(320))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=InboundState.NEW)
    reason: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    # The way it came by, and what DMARC said where that way is itself a relay that we trust.
    route: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    dmarc: Mapped[str] = mapped_column(String(8), default="", server_default=text("''"))


class Mailbox(Base):
    """How far a mailbox was read: UIDs grow and are never used again while `uidvalidity` stays (RFC 3501)."""

    __tablename__ = "mailbox"

    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    uidvalidity: Mapped[int]
    last_uid: Mapped[int]


class Stranger(Base):
    """Somebody without a sign-up who wrote and was answered; only a digest of the address is kept."""

    __tablename__ = "stranger"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    answered_on: Mapped[date]  # UTC


class Heartbeat(Base):
    """When a part of the service was last alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


class Standing(Base):
    """Where a goal stands, as a stored copy for speed (`domain.standing`); without a `doc` it is worked out.

    Triggers on all that it is a function of empty it and count the version up, whoever writes.
    """

    __tablename__ = "standing"

    goal_id: Mapped[int] = mapped_column(
        ForeignKey("goal.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    doc: Mapped[str | None] = mapped_column(Text)


class Hold(Base):
    """A part of the service that waits, such as sending while no mail server takes our mail."""

    __tablename__ = "hold"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    tries: Mapped[int]
    alarm: Mapped[bool]  # it will not mend itself: an operator should look
    reason: Mapped[str] = mapped_column(String(300))


class Tally(Base):
    """A counter that only grows, for `/metrics`."""

    __tablename__ = "tally"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
