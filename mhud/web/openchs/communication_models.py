"""What is said about contacts. Answers: every field is always there, null while it has no value."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

from mhud.services.communications import Communication
from mhud.services.recording_words import path_of
from mhud.web.context import Context
from mhud.web.fields import Ident, Printable, Text, Whole
from mhud.web.openchs.names import name_of
from mhud.web.route import Wire

ContactType = Literal["call", "sms", "email", "web", "whatsapp", "walk_in"]
Direction = Literal["inbound", "outbound"]
CallStatus = Literal["answered", "missed", "busy", "failed", "abandoned"]
Address = Annotated[Printable, Field(max_length=254)]
Name = Annotated[Printable, Field(max_length=200)]
Notes = Annotated[Text, Field(max_length=20_000)]
Duration = Annotated[Whole, Field(ge=0, le=604_800)]
Id = Annotated[Whole, Field(ge=1, lt=2**53)]


class _Contact(Wire):
    case_id: Id | None = None
    client_id: Ident | None = None
    contact_address: Address | None = Field(None, repr=False)
    contact_name: Name | None = Field(None, repr=False)
    duration: Duration | None = Field(None, description="Seconds.")
    call_status: CallStatus | None = None
    disposition_id: Id | None = None
    disposition_notes: Notes | None = Field(None, repr=False)
    message: Notes | None = Field(None, repr=False)

    def sent(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(include=set(self.model_fields_set))


class NewCommunication(_Contact):
    """With `call_id`, what that call left to you is completed; it needs a disposition then."""

    contact_type: ContactType
    direction: Direction
    call_id: Ident | None = None


class CommunicationChange(_Contact):
    """What is sent is changed; null clears. What a call left is logged with it."""


class CommunicationMade(BaseModel):
    id: int
    case_id: int | None
    created_at: datetime


class CommunicationObject(BaseModel):
    """`disposition` is the category of the disposition; `state` is pending until it is logged.

    `audio_file_path`: under mhud's address, where who may hear recordings finds that of its call;
    `audio_processed`: it has a transcript.
    """

    id: int
    case_id: int | None
    client_id: str | None
    call_id: str | None
    state: Literal["pending", "logged"]
    contact_type: ContactType
    direction: Direction
    contact_address: str | None
    contact_name: str | None
    duration: int | None
    call_status: CallStatus | None
    disposition_id: int | None
    disposition: str | None
    disposition_code: str | None
    disposition_notes: str | None
    message: str | None
    audio_file_path: str | None
    audio_processed: bool
    user_id: int | None
    user_name: str | None
    user_display_name: str | None
    agent_id: str | None
    queue_id: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, ctx: Context, one: Communication, heard: Collection[str]) -> Self:
        """`heard`: calls whose recording who asks may hear."""
        known = {name: getattr(one, name) for name in cls.model_fields if name not in _MORE}
        path = path_of(one.call_id) if one.call_id is not None and one.call_id in heard else None
        name = name_of(ctx, one.user_id)
        return cls(**known, audio_file_path=path, audio_processed=False, user_display_name=name)


_MORE = ("audio_file_path", "audio_processed", "user_display_name")
