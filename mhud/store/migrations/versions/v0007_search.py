"""The full text of cases, and how many there are of which kind.

Triggers keep both: whatever changes a case, by whatever statement, changes them in the same
transaction. A deleted case is in neither.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A column of marks says who sees a case. They begin with a character of the private use area,
# which is part of a word for the tokenizer and which no query may hold.
VIEW = """
CREATE VIEW cases_searchable AS
SELECT id, title, description, case_number,
       char(57344) || 'c' || created_by || ' '
       || char(57344) || CASE WHEN assigned_user_id IS NULL THEN 'n' ELSE 'a' || assigned_user_id END
       AS seen_by
FROM cases WHERE deleted_at IS NULL
"""
INDEX = """
CREATE VIRTUAL TABLE cases_fts USING fts5(
    title, description, case_number, seen_by,
    content='cases_searchable', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3 4 5'
)
"""


def _marks(row: str) -> str:
    return (
        f"char(57344) || 'c' || {row}.created_by || ' ' || char(57344) || CASE WHEN "
        f"{row}.assigned_user_id IS NULL THEN 'n' ELSE 'a' || {row}.assigned_user_id END"
    )


def _columns(row: str) -> str:
    return f"{row}.id, {row}.title, {row}.description, {row}.case_number, {_marks(row)}"


INTO_TEXT = f"""
INSERT INTO cases_fts (rowid, title, description, case_number, seen_by)
SELECT {_columns("new")} WHERE new.deleted_at IS NULL;
"""
OUT_OF_TEXT = f"""
INSERT INTO cases_fts (cases_fts, rowid, title, description, case_number, seen_by)
SELECT 'delete', {_columns("old")} WHERE old.deleted_at IS NULL;
"""

# Of each day and each month in UTC, and of all time (the empty span).
SPANS = """(SELECT substr({row}.{at}, 1, 10) AS span UNION ALL SELECT substr({row}.{at}, 1, 7)
 UNION ALL SELECT '')"""
_SECONDS = "strftime('%s', {row}.resolved_at) - strftime('%s', {row}.created_at)"  # whole ones
INTO_TALLIES = f"""
INSERT INTO case_tallies (span, status, priority, category, n)
SELECT span, new.status, new.priority, coalesce(new.category, ''), 1
FROM {SPANS.format(row="new", at="created_at")} WHERE new.deleted_at IS NULL
ON CONFLICT DO UPDATE SET n = n + 1;
INSERT INTO case_resolutions (span, n, seconds)
SELECT span, 1, max(0, {_SECONDS.format(row="new")})
FROM {SPANS.format(row="new", at="resolved_at")}
WHERE new.deleted_at IS NULL AND new.resolved_at IS NOT NULL
ON CONFLICT DO UPDATE SET n = n + 1, seconds = seconds + excluded.seconds;
"""


def _of(table: str) -> str:
    """The rows of one kind in which a case was counted."""
    if table == "case_resolutions":
        return (
            "old.deleted_at IS NULL AND span IN "
            "(substr(old.resolved_at, 1, 10), substr(old.resolved_at, 1, 7), "
            "CASE WHEN old.resolved_at IS NOT NULL THEN '' END)"
        )
    return (
        "old.deleted_at IS NULL AND span IN "
        "(substr(old.created_at, 1, 10), substr(old.created_at, 1, 7), '') "
        "AND status = old.status AND priority = old.priority "
        "AND category = coalesce(old.category, '')"
    )


OUT_OF_TALLIES = f"""
UPDATE case_tallies SET n = n - 1 WHERE {_of("case_tallies")};
DELETE FROM case_tallies WHERE {_of("case_tallies")} AND n = 0;
UPDATE case_resolutions SET n = n - 1,
 seconds = seconds - max(0, {_SECONDS.format(row="old")})
WHERE {_of("case_resolutions")};
DELETE FROM case_resolutions WHERE {_of("case_resolutions")} AND n = 0;
"""

TEXTS = ("title", "description", "case_number", "created_by", "assigned_user_id", "deleted_at")
KINDS = ("status", "priority", "category", "created_at", "resolved_at", "deleted_at")


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)


TRIGGERS = (
    f"CREATE TRIGGER cases_come AFTER INSERT ON cases BEGIN {INTO_TEXT} {INTO_TALLIES} END",
    f"CREATE TRIGGER cases_go AFTER DELETE ON cases BEGIN {OUT_OF_TEXT} {OUT_OF_TALLIES} END",
    f"CREATE TRIGGER cases_reworded AFTER UPDATE OF {', '.join(TEXTS)} ON cases "
    f"WHEN {_changed(TEXTS)} BEGIN {OUT_OF_TEXT} {INTO_TEXT} END",
    f"CREATE TRIGGER cases_moved AFTER UPDATE OF {', '.join(KINDS)} ON cases "
    f"WHEN {_changed(KINDS)} BEGIN {OUT_OF_TALLIES} {INTO_TALLIES} END",
)


def upgrade() -> None:
    op.create_table(
        "case_tallies",
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "span", "status", "priority", "category", name=op.f("pk_case_tallies")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_resolutions",
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("span", name=op.f("pk_case_resolutions")),
        sqlite_with_rowid=False,
    )
    for statement in (VIEW, INDEX, *TRIGGERS):
        op.execute(statement)
    op.execute("INSERT INTO cases_fts (cases_fts) VALUES ('rebuild')")
    _count()


def _count() -> None:
    """Cases that are there already: none in a release, for they came with this migration."""
    for length in (10, 7, 0):
        op.execute(
            "INSERT INTO case_tallies SELECT substr(created_at, 1, %d), status, priority, "
            "coalesce(category, ''), count(*) FROM cases WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4"
            % length
        )
        op.execute(
            "INSERT INTO case_resolutions SELECT substr(resolved_at, 1, %d), count(*), "
            "sum(max(0, strftime('%%s', resolved_at) - strftime('%%s', created_at))) FROM cases "
            "WHERE deleted_at IS NULL AND resolved_at IS NOT NULL GROUP BY 1" % length
        )
