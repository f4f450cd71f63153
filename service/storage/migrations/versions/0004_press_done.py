"""A press of the done button in one round trip: on PostgreSQL, a function that does what it writes."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The goal first, as every other writer takes it, so that no two of them wait for each other. Its own
# statements see what was committed while it waited, and the trigger of `check_in` counts the version up.
PRESS_DONE = """
CREATE FUNCTION press_done(
    its_goal bigint, its_day date, its_version varchar, its_amount bigint, its_unit varchar,
    its_moment timestamptz, seen bigint, its_doc text, its_today date
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE goal SET signed_on = greatest(signed_on, its_today) WHERE id = its_goal AND asked = 0;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO check_in (goal_id, day, outcome, via, at, note, version, amount, unit)
        SELECT its_goal, its_day, 'done', 'link', its_moment, '', its_version, its_amount, its_unit
        FROM standing WHERE goal_id = its_goal AND standing.version = seen
        ON CONFLICT (goal_id, day) DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE standing SET doc = its_doc WHERE goal_id = its_goal AND standing.version = seen + 1;
    RETURN true;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(PRESS_DONE)
