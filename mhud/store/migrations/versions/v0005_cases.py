"""Cases, their history and attachments, and the words that they are sorted by."""

import sqlalchemy as sa
from alembic import op

from mhud.store.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What a helpline begins with. An administrator changes it; the ids are those of the document.
CATEGORIES = {
    "abuse": ("Abuse", {
        "physical_abuse": "Physical abuse",
        "sexual_abuse": "Sexual abuse",
        "emotional_abuse": "Emotional abuse",
        "online_abuse": "Online abuse",
    }),
    "neglect": ("Neglect", {
        "abandonment": "Abandonment",
        "lack_of_care": "Lack of care",
        "lack_of_food": "Lack of food or shelter",
    }),
    "exploitation": ("Exploitation", {
        "child_labor": "Child labor",
        "trafficking": "Trafficking",
        "child_marriage": "Child marriage",
        "sexual_exploitation": "Sexual exploitation",
    }),
    "education": ("Education", {
        "bullying": "Bullying",
        "dropout": "Dropping out of school",
        "school_fees": "School fees",
    }),
    "health": ("Health", {
        "illness": "Illness or injury",
        "pregnancy": "Pregnancy",
        "substance_use": "Alcohol and drugs",
        "disability": "Disability",
    }),
    "mental_health": ("Mental health", {
        "suicide_risk": "Risk of suicide",
        "self_harm": "Self-harm",
        "anxiety_depression": "Anxiety and depression",
        "grief": "Grief and loss",
    }),
    "family": ("Family", {
        "custody": "Custody and maintenance",
        "domestic_violence": "Violence in the home",
        "runaway": "Away from home",
        "missing_child": "Missing child",
    }),
    "information": ("Information", {}),
    "other": ("Other", {}),
}
DISPOSITIONS = (
    (50, "CASE_NEW", "New Case Created", "case_created"),
    (51, "INFO_PROVIDED", "Information Provided", "information"),
    (52, "CASE_UPDATED", "Existing Case Updated", "case_updated"),
    (53, "COUNSELING", "Counseling Given", "counseling"),
    (54, "REFERRED", "Referred to a Service", "referral"),
    (55, "ESCALATED", "Passed to a Supervisor", "escalation"),
    (56, "EMERGENCY", "Emergency Services Called", "emergency"),
    (57, "CALLBACK", "Callback Agreed", "callback"),
    (58, "SILENT", "Silent Call", "no_conversation"),
    (59, "DROPPED", "Call Dropped", "no_conversation"),
    (60, "WRONG_NUMBER", "Wrong Number", "not_relevant"),
    (61, "PRANK", "Prank or Abusive Call", "not_relevant"),
    (62, "TEST", "Test Call", "not_relevant"),
    (63, "OTHER", "Other", "other"),
)


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["categories.code"], name=op.f("fk_categories_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_categories")),
    )
    op.create_index(op.f("ix_categories_parent"), "categories", ["parent"], unique=False)
    words = sa.table("categories", *map(sa.column, ("code", "name", "parent", "is_active")))
    rows: list[tuple[str, str, str | None]] = [(c, n, None) for c, (n, _) in CATEGORIES.items()]
    for parent, (_, inner) in CATEGORIES.items():
        rows += [(code, name, parent) for code, name in inner.items()]
    names = ("code", "name", "parent", "is_active")
    op.bulk_insert(words, [dict(zip(names, (*row, True))) for row in rows])
    op.create_table(
        "dispositions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispositions")),
        sa.UniqueConstraint("code", name=op.f("uq_dispositions_code")),
        sqlite_autoincrement=True,
    )
    outcomes = sa.table(
        "dispositions", *map(sa.column, ("id", "code", "name", "category", "is_active"))
    )
    columns = ("id", "code", "name", "category", "is_active")
    op.bulk_insert(outcomes, [dict(zip(columns, (*row, True))) for row in DISPOSITIONS])
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("subcategory", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=True),
        sa.Column("reporter_phone", sa.Text(), nullable=True),
        sa.Column("reporter_phone_key", sa.Text(), nullable=True),
        sa.Column("reporter_since", UtcDateTime(), nullable=True),
        sa.Column("reporter_email", sa.Text(), nullable=True),
        sa.Column("reporter_relationship", sa.Text(), nullable=True),
        sa.Column("child_name", sa.Text(), nullable=True),
        sa.Column("child_age", sa.Integer(), nullable=True),
        sa.Column("child_gender", sa.Text(), nullable=True),
        sa.Column("child_location", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("client_since", UtcDateTime(), nullable=True),
        sa.Column("assigned_user_id", sa.Integer(), nullable=True),
        sa.Column("ai_transcript", sa.Text(), nullable=True),
        sa.Column("ai_translation", sa.Text(), nullable=True),
        sa.Column("ai_risk_level", sa.Text(), nullable=True),
        sa.Column("ai_confidence", sa.Float(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_user_id"], ["users.id"], name=op.f("fk_cases_assigned_user_id")
        ),
        sa.ForeignKeyConstraint(["category"], ["categories.code"], name=op.f("fk_cases_category")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_cases_client_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_cases_created_by")),
        sa.ForeignKeyConstraint(["deleted_by"], ["users.id"], name=op.f("fk_cases_deleted_by")),
        sa.ForeignKeyConstraint(
            ["subcategory"], ["categories.code"], name=op.f("fk_cases_subcategory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("case_number", name=op.f("uq_cases_case_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cases_client_id"), "cases", ["client_id"], unique=False)
    op.create_index(
        op.f("ix_cases_reporter_phone_key"), "cases", ["reporter_phone_key"], unique=False
    )
    op.create_index(
        "ix_cases_newest",
        "cases",
        [
            "created_at",
            "id",
            "status",
            "priority",
            "category",
            "assigned_user_id",
            "created_by",
            "deleted_at",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_by_status",
        "cases",
        [
            "status",
            "created_at",
            "id",
            "priority",
            "category",
            "assigned_user_id",
            "created_by",
            "deleted_at",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_by_category",
        "cases",
        [
            "category",
            "created_at",
            "id",
            "status",
            "priority",
            "assigned_user_id",
            "created_by",
            "deleted_at",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_by_assigned",
        "cases",
        [
            "assigned_user_id",
            "created_at",
            "id",
            "status",
            "priority",
            "category",
            "created_by",
            "deleted_at",
            "resolved_at",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_by_creator",
        "cases",
        [
            "created_by",
            "created_at",
            "id",
            "status",
            "priority",
            "category",
            "assigned_user_id",
            "deleted_at",
            "resolved_at",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_figures",
        "cases",
        [
            "assigned_user_id",
            "deleted_at",
            "status",
            "priority",
            "category",
            "created_at",
            "created_by",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_resolved",
        "cases",
        [
            "resolved_at",
            "created_at",
            "deleted_at",
        ],
        unique=False,
    )
    op.create_table(
        "case_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_counters")),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("activity_type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("previous_value", sa.Text(), nullable=True),
        sa.Column("new_value", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_activities_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_activities_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_activities_case_id_id"), "activities", ["case_id", "id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("original_filename", sa.Text(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("file_type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["users.id"], name=op.f("fk_attachments_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("filename", name=op.f("uq_attachments_filename")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_attachments_case_id_id"), "attachments", ["case_id", "id"], unique=False
    )
    op.create_table(
        "file_keys",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_file_keys")),
    )
