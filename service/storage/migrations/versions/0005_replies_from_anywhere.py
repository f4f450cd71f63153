"""Replies from anywhere: how a message came, how a mail came back, how far a mailbox was read, strangers.

Every column has a default or may be empty, so that workers of the release before keep running.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("uidvalidity", WHOLE, nullable=False),
        sa.Column("last_uid", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "stranger",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stranger")),
    )
    op.add_column("inbound", sa.Column("route", sa.String(length=16), server_default=EMPTY, nullable=False))
    op.add_column("inbound", sa.Column("dmarc", sa.String(length=8), server_default=EMPTY, nullable=False))
    op.add_column("delivery", sa.Column("bounced", sa.String(length=8), server_default=EMPTY, nullable=False))
