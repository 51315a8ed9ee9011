"""What consumers send and get about webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictBool

from mhud.web.fields import Ident, Text
from mhud.web.route import Wire

Address = Annotated[str, Field(min_length=1, max_length=2048)]
Events = Annotated[list[Ident], Field(min_length=1, max_length=100)]
Secret = Annotated[str, Field(min_length=16, max_length=256)]
Description = Annotated[Text, Field(max_length=500)]
State = Literal["waiting", "delivered", "exhausted"]


class NewWebhook(Wire):
    """`events`: exact names, `call.*`, `*`. Without a `secret` one is made.

    `include_details`: numbers, names and texts, too.
    """

    url: Address = Field(repr=False)
    events: Events
    secret: Secret | None = Field(None, repr=False)
    description: Description = ""
    active: StrictBool = True
    include_details: StrictBool = False


class WebhookChange(Wire):
    """What is sent is changed. Another secret: rotate-secret."""

    url: Address | None = Field(None, repr=False)
    events: Events | None = None
    description: Description | None = None
    active: StrictBool | None = None
    include_details: StrictBool | None = None

    def sent(self) -> dict[str, Any]:
        """The fields that were sent; a null clears the description, and nothing else."""
        wish = self.model_dump(include=set(self.model_fields_set))
        if wish.get("description", "") is None:
            wish["description"] = ""
        return {name: value for name, value in wish.items() if value is not None}


class Rotation(Wire):
    """`end`: only the new secret signs from now on."""

    secret: Secret | None = Field(None, repr=False)
    end: StrictBool = False


class WebhookObject(BaseModel):
    """`disabled_reason` gone: the receiver answered 410. `failing`: it does not answer, or says
    that it can't; deliveries wait. While a secret rotates there is `rotation_ends_at`.
    """

    id: str
    url: str
    events: list[str]
    description: str
    active: bool
    include_details: bool
    disabled_reason: str | None
    failing: bool
    waiting: int
    rotation_ends_at: datetime | None
    created_by: int
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(WebhookObject):
    """`secret`: the one that was made, shown this once; null for one that you gave."""

    secret: str | None


class WebhookList(BaseModel):
    webhooks: list[WebhookObject]
    total: int


class DeletedWebhook(BaseModel):
    success: Literal[True] = True
    webhook_id: str


class Failure(BaseModel):
    """`error`: timeout, not_reachable, name_not_resolved, address_not_allowed, certificate,
    disconnected, bad_answer, redirect, status.
    """

    at: datetime
    status: int | None
    error: str | None
    duration_ms: int


class DeliveryObject(BaseModel):
    """`response_status` and `error` are of the last try. `failures`: the last ten, newest first.

    A `waiting` one without `next_attempt_at` goes at once, after those before it.
    """

    id: str
    event_type: str
    seq: int | None
    state: State
    attempts: int
    response_status: int | None
    error: str | None
    duration_ms: int | None
    created_at: datetime
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None
    give_up_at: datetime
    failures: list[Failure]


class TestedWebhook(DeliveryObject):
    """`success`: the receiver took it."""

    success: bool


class DeliveryList(BaseModel):
    deliveries: list[DeliveryObject]
    next_cursor: str | None


class DeliveryQuery(Wire):
    state: State | None = None
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=512)
