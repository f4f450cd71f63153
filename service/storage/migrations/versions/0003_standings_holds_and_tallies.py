"""Standings, holds and tallies: what makes delivery quick, patient with faults, and seen.

Every column has a default or may be empty, so that workers of the release before keep running.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# All that a goal's standing is a function of, besides the goal's own row.
SOURCES = ("check_in", "improvement", "pause", "step_change")
FORGET = (
    "INSERT INTO standing (goal_id, version, doc) SELECT id, 1, NULL FROM goal WHERE id = {row}.goal_id"
    " ON CONFLICT (goal_id) DO UPDATE SET version = standing.version + 1, doc = NULL;"
)


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("goal_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", WHOLE, server_default=sa.text("0"), nullable=False),
        sa.Column("doc", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_standing_goal_id_goal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("goal_id", name=op.f("pk_standing")),
    )
    op.create_table(
        "hold",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hold")),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("count", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tally")),
    )
    op.add_column("person", sa.Column("refusals", WHOLE, server_default=sa.text("0"), nullable=False))
    op.add_column("person", sa.Column("refused_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("crashes", WHOLE, server_default=sa.text("0"), nullable=False))
    op.create_index("ix_goal_due", "goal", ["next_due_at", "person_id", "id"])
    op.drop_index(op.f("ix_goal_next_due_at"), "goal")
    if op.get_bind().dialect.name == "postgresql":
        _triggers_of_postgresql()
    else:
        _triggers_of_sqlite()


def _triggers_of_postgresql() -> None:
    inserted, deleted = FORGET.format(row="NEW"), FORGET.format(row="OLD")
    op.execute(
        "CREATE FUNCTION standing_forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'DELETE' THEN {deleted} ELSE {inserted} END IF; RETURN NULL; END $$"
    )
    for table in SOURCES:
        op.execute(
            f"CREATE TRIGGER standing_{table} AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION standing_forget()"
        )


def _triggers_of_sqlite() -> None:
    for table in SOURCES:
        for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER standing_{table}_{event.lower()} AFTER {event} ON {table}"
                f" BEGIN {FORGET.format(row=row)} END"
            )
