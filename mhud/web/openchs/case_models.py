"""Cases as consumers send and get them. Answers hold every field; null while it has no value."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from mhud.services.case_words import ActivityType, Gender, Priority, Status
from mhud.services.cases import Activity, Case, Wanted
from mhud.services.cases import CaseLine as FoundCase
from mhud.web.context import Context
from mhud.web.fields import Email, Ident, Line, Moment, Said, Text, UserId, Whole
from mhud.web.moments import begin
from mhud.web.openchs.names import name_behind, name_of
from mhud.web.route import Wire

LONGEST = 20_000  # characters of a description, a note, a transcript
Phone = Annotated[Line, Field(max_length=64)]
Place = Annotated[Text, Field(max_length=500)]
Person = Annotated[Text, Field(max_length=200)]
Story = Annotated[Text, Field(max_length=LONGEST)]
Reason = Annotated[Said, Field(max_length=LONGEST)]
Title = Annotated[Said, Field(max_length=300)]
Age = Annotated[Whole, Field(ge=0, le=25)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class CaseFields(Wire):
    """What may be left out of a case, and cleared."""

    description: Story | None = Field(None, repr=False)
    category: Ident | None = None
    subcategory: Ident | None = None
    reporter_name: Person | None = Field(None, repr=False)
    reporter_phone: Phone | None = Field(None, repr=False)
    reporter_email: Email | None = Field(None, repr=False)
    reporter_relationship: Person | None = Field(None, repr=False)
    child_name: Person | None = Field(None, repr=False)
    child_age: Age | None = Field(None, repr=False)
    child_gender: Gender | None = Field(None, repr=False)
    child_location: Place | None = Field(None, repr=False)
    client_id: Ident | None = None
    assigned_user_id: UserId | None = None
    ai_transcript: Annotated[Text, Field(max_length=200_000)] | None = Field(None, repr=False)
    ai_translation: Annotated[Text, Field(max_length=200_000)] | None = Field(None, repr=False)
    ai_risk_level: Priority | None = None
    ai_confidence: Share | None = None


class NewCase(CaseFields):
    title: Title = Field(repr=False)
    priority: Priority = Priority.MEDIUM


class CaseUpdate(CaseFields):
    """What is left out stays; null clears, but for title, status and priority.

    `notes` is added to the case's history, and so is `escalation`, the reason why others shall see
    to it: it needs `escalate_case`, everything else `update_case`.
    """

    title: Title = Field(default_factory=str, repr=False)
    status: Status = Field(default_factory=lambda: Status.OPEN)
    priority: Priority = Field(default_factory=lambda: Priority.MEDIUM)
    notes: Story | None = Field(None, repr=False)
    escalation: Reason | None = Field(None, repr=False)


class CasesQuery(Wire):
    """Each narrows the list. `created_after` and `created_before` exclude; a day is its midnight.

    `order` newest or oldest first, by when they were opened.
    `deleted` lists the deleted ones instead, for who may restore them.
    """

    status: Status | None = None
    priority: Priority | None = None
    category: Ident | None = None
    subcategory: Ident | None = None
    assigned_user_id: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    unassigned: bool = False
    created_by: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    client_id: Ident | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    deleted: bool = False
    order: Literal["newest", "oldest"] = "newest"
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, lt=2**53)

    def wanted(self, ctx: Context) -> Wanted:
        zone = ctx.services.settings.timezone
        fields = self.model_dump(exclude={"deleted", "order", "limit", "offset"})
        fields["created_after"] = begin(self.created_after, zone)
        fields["created_before"] = begin(self.created_before, zone)
        return Wanted(**fields, oldest_first=self.order == "oldest")


class CaseLine(BaseModel):
    """`assigned_user_name`: as colleagues know him, for who may not list users."""

    id: int
    case_number: str
    title: str
    description: str | None
    category: str | None
    priority: Priority
    status: Status
    reporter_phone: str | None
    child_name: str | None
    child_age: int | None
    assigned_user_id: int | None
    assigned_user_name: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, ctx: Context, line: FoundCase) -> CaseLine:
        fields = {name: getattr(line, name) for name in line.__slots__}
        return cls(assigned_user_name=name_of(ctx, line.assigned_user_id), **fields)


class Assignee(BaseModel):
    id: int
    username: str
    role: str


class CaseObject(BaseModel):
    id: int
    case_number: str
    title: str
    description: str | None
    category: str | None
    subcategory: str | None
    priority: Priority
    status: Status
    reporter_name: str | None
    reporter_phone: str | None
    reporter_email: str | None
    reporter_relationship: str | None
    child_name: str | None
    child_age: int | None
    child_gender: Gender | None
    child_location: str | None
    client_id: str | None
    assigned_user_id: int | None
    assigned_user: Assignee | None
    assigned_user_name: str | None
    ai_transcript: str | None
    ai_translation: str | None
    ai_risk_level: Priority | None
    ai_confidence: float | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    created_by: int

    @classmethod
    def of(cls, ctx: Context, case: Case) -> CaseObject:
        users = ctx.services.access.known.users
        user = users.get(case.assigned_user_id) if case.assigned_user_id else None
        more = {
            "assigned_user": Assignee.model_validate(user, from_attributes=True) if user else None,
            "assigned_user_name": name_of(ctx, case.assigned_user_id),
        }
        names = set(cls.model_fields) - set(more)
        return cls(**more, **{name: getattr(case, name) for name in names})


class CreatedCase(BaseModel):
    id: int
    case_number: str
    status: Status
    created_at: datetime


class UpdatedCase(BaseModel):
    id: int
    case_number: str
    status: Status
    updated_at: datetime


class NewActivity(Wire):
    activity_type: Literal[ActivityType.NOTE, ActivityType.ESCALATION]
    description: Reason = Field(repr=False)


class CreatedActivity(BaseModel):
    id: int
    created_at: datetime


class ActivityObject(BaseModel):
    """`previous_value` and `new_value`: statuses, priorities or usernames; else null.

    `*_name`: the names of those whose usernames stand beside.
    """

    id: int
    activity_type: ActivityType
    description: str
    previous_value: str | None
    new_value: str | None
    user_name: str
    created_at: datetime
    user_display_name: str
    previous_name: str | None
    new_name: str | None

    @classmethod
    def of(cls, ctx: Context, one: Activity) -> ActivityObject:
        given = one.activity_type == ActivityType.ASSIGNMENT
        more = {
            "user_display_name": name_behind(ctx, one.user_name),
            "previous_name": name_behind(ctx, one.previous_value) if given else None,
            "new_name": name_behind(ctx, one.new_value) if given else None,
        }
        names = set(cls.model_fields) - set(more)
        return cls(**more, **{name: getattr(one, name) for name in names})


def sent(body: Wire) -> dict[str, Any]:
    """The fields that the consumer named, null among them."""
    return body.model_dump(exclude_unset=True)
