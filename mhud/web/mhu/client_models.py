"""What MHU consumers send and get about clients and their sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from mhud.services.case_words import Gender, Priority, Status
from mhud.web.fields import Day, Email, Ident, Line, Text
from mhud.web.route import Wire

SessionType = Literal["support", "crisis", "follow_up", "information", "other"]
SessionStatus = Literal["in-progress", "completed", "cancelled"]


def _year(day: date) -> date:
    if day.year < 1900:
        raise ValueError("is too long ago")
    return day


Notes = Annotated[Text, Field(max_length=20_000)]
PhoneText = Annotated[str, Field(min_length=2, max_length=64)]
Tags = Annotated[list[Annotated[Line, Field(max_length=64)]], Field(max_length=50)]
Birth = Annotated[Day, AfterValidator(_year)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class PageQuery(Wire):
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=512)


# ---- clients


class _Person(Wire):
    """`phone` alone, or `phones`, of which the first is the one that is shown."""

    phone: PhoneText | None = Field(None, repr=False)
    phones: Annotated[list[PhoneText], Field(max_length=10)] | None = Field(None, repr=False)
    email: Email | None = Field(None, repr=False)
    date_of_birth: Birth | None = Field(None, repr=False)
    gender: Gender | None = Field(None, repr=False)
    location: Line | None = Field(None, repr=False)
    language: Language | None = Field(None, description="As `en` or `sw-KE`.")
    notes: Notes | None = Field(None, repr=False)
    tags: Tags | None = Field(None, repr=False)

    @model_validator(mode="after")
    def _one_way(self) -> _Person:
        if self.phone is not None and self.phones is not None:
            raise ValueError("phone and phones exclude each other")
        return self

    def sent(self) -> dict[str, Any]:
        """The fields that were sent, `phone` among `phones`."""
        found = self.model_dump(include=set(self.model_fields_set))
        if "phone" in found:
            phone = found.pop("phone")
            found.setdefault("phones", [] if phone is None else [phone])
        return found


class NewClient(_Person):
    name: Line = Field(repr=False)


class ClientChange(_Person):
    """What is sent is changed; null clears. `phone` replaces all numbers by this one."""

    name: Line = Field("", repr=False, min_length=0)


class ClientSummary(BaseModel):
    id: str
    name: str
    phone: str | None
    email: str | None
    last_contact: datetime | None


class ClientObject(ClientSummary):
    """`merged_into`: who has all that this one had; nothing can be changed here any more."""

    phones: list[str]
    date_of_birth: date | None
    gender: Gender | None
    location: str | None
    language: str | None
    notes: str | None
    tags: list[str]
    created_by: int
    created_at: datetime
    updated_at: datetime
    merged_into: str | None


class ClientSearch(PageQuery):
    """`query`: beginnings of the name's parts in any order, a number, or an e-mail address."""

    query: Annotated[str, Field(min_length=1, max_length=200)] = Field(repr=False)


class FoundClients(BaseModel):
    clients: list[ClientSummary]
    total: int
    next_cursor: str | None


class Merge(Wire):
    into: Ident


class Confirmation(Wire):
    """`confirm` repeats the client's id."""

    confirm: Ident


class ErasedObject(BaseModel):
    """How much there was of what. `emptied_cases` lost all texts and files.

    `kept_cases` are also about others: they lost his name, numbers and addresses, and want
    reading. Of `recorded_calls` Asterisk may have recordings that mhud never took over.
    """

    success: Literal[True] = True
    client_id: str
    emptied_cases: list[int]
    kept_cases: list[int]
    calls: int
    communications: int
    sessions: int
    callbacks: int
    drafts: int
    files: int
    recordings: int
    events: int
    recorded_calls: list[str]


# ---- candidates


class LookupQuery(Wire):
    """Either the number, or the call that it is of."""

    phone: Annotated[str, Field(max_length=64)] | None = Field(None, repr=False)
    call_id: Ident | None = None


class OpenCase(BaseModel):
    id: int
    case_number: str
    title: str
    status: Status
    priority: Priority
    assigned_user_id: int | None
    created_at: datetime


class CandidateObject(BaseModel):
    """`earlier_contacts`: sessions and communications, those about one call counted once."""

    client: ClientSummary
    open_cases: list[OpenCase]
    earlier_contacts: int


class Candidates(BaseModel):
    """`other_cases` were reported from this number and name no client.

    `earlier_contacts` with the number, whoever it was.
    """

    candidates: list[CandidateObject]
    total: int
    other_cases: list[OpenCase]
    earlier_contacts: int


# ---- sessions


class NewSession(Wire):
    """Without `agent_id` it is your own."""

    agent_id: Ident | None = None
    call_id: Ident | None = None
    session_type: SessionType = "support"
    notes: Notes | None = Field(None, repr=False)
    priority: Priority = Priority.MEDIUM
    tags: Tags = Field(default_factory=list, repr=False)


class SessionChange(Wire):
    """What is sent is changed; null clears notes and tags. A session ends once."""

    status: SessionStatus = "in-progress"
    session_type: SessionType = "support"
    notes: Notes | None = Field(None, repr=False)
    priority: Priority = Priority.MEDIUM
    tags: Tags | None = Field(None, repr=False)


class SessionObject(BaseModel):
    session_id: str
    client_id: str
    agent_id: str
    call_id: str | None
    session_type: SessionType
    notes: str | None
    priority: Priority
    tags: list[str]
    status: SessionStatus
    start_time: datetime
    end_time: datetime | None
    created_by: int


class Sessions(BaseModel):
    sessions: list[SessionObject]
    total: int
    next_cursor: str | None
