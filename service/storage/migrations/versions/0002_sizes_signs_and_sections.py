"""Sizes, signs and sections: what lets a step grow and shrink, and goals share a mail.

Every column has a default or may be empty, so that workers of the release before keep running.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "improvement",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("goal_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_improvement_goal_id_goal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
    )
    op.create_index(op.f("ix_improvement_goal_id"), "improvement", ["goal_id"])

    op.add_column(
        "check_in", sa.Column("version", sa.String(length=8), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("check_in", sa.Column("amount", sa.BigInteger(), nullable=True))
    op.add_column(
        "check_in", sa.Column("unit", sa.String(length=40), server_default=sa.text("''"), nullable=False)
    )

    op.add_column("delivery", sa.Column("lead_id", WHOLE, nullable=True))
    op.create_index(op.f("ix_delivery_lead_id"), "delivery", ["lead_id"])

    op.add_column("goal", sa.Column("grows", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("goal", sa.Column("leap", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("goal", sa.Column("rests_until", sa.Date(), nullable=True))
    op.add_column("goal", sa.Column("full_from", sa.Date(), nullable=True))
    op.add_column("goal", sa.Column("signed_on", sa.Date(), nullable=True))
    op.add_column("goal", sa.Column("asked", WHOLE, server_default=sa.text("0"), nullable=False))

    op.add_column("person", sa.Column("quiet", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("step_change", sa.Column("amount", sa.BigInteger(), nullable=True))
    op.add_column(
        "step_change", sa.Column("unit", sa.String(length=40), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("step_change", sa.Column("weekdays", WHOLE, nullable=True))
    op.add_column(
        "step_change", sa.Column("why", sa.String(length=12), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("step_change", sa.Column("versions", sa.JSON(), nullable=True))
