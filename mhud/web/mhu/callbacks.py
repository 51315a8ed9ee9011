"""People who are to be called back: `/api/v1/callbacks`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from mhud.errors import invalid
from mhud.services.callbacks import Callback, MissedCaller, Wanted
from mhud.services.case_words import Priority
from mhud.web.context import Context
from mhud.web.fields import Ident, Instant, Line, Moment, Printable, Text, UserId, Whole
from mhud.web.mhu.dialect import mhu
from mhud.web.moments import end
from mhud.web.route import Wire
from mhud.web.versions import versioned

RIGHT = "log_communication"
Status = Literal["open", "done", "cancelled"]
Phone = Annotated[Line, Field(max_length=64)]
Notes = Annotated[Text, Field(max_length=20_000)]
CaseId = Annotated[Whole, Field(ge=1, lt=2**53)]
NEVER_NULL = ("phone", "priority", "status", "due_at")


class _Subjects(Wire):
    client_id: Ident | None = None
    case_id: CaseId | None = None
    queue_id: Ident | None = None
    reason: Annotated[Printable, Field(max_length=200)] | None = Field(None, repr=False)
    notes: Notes | None = Field(None, repr=False)
    assigned_user_id: UserId | None = None

    def sent(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(include=set(self.model_fields_set))


class NewCallback(_Subjects):
    """`phone`, or the call whose caller is to be called back. Due at once without `due_at`."""

    phone: Phone | None = Field(None, repr=False)
    call_id: Ident | None = None
    priority: Priority = Priority.MEDIUM
    due_at: Instant | None = None


class CallbackChange(_Subjects):
    """What is sent is changed; null clears. To take one: your own `assigned_user_id`."""

    phone: Phone | None = Field(None, repr=False)
    priority: Priority | None = None
    due_at: Instant | None = None
    status: Status | None = None
    done_call_id: Ident | None = None


class CallbackQuery(Wire):
    """`due_before`: an instant, or a day of the helpline's calendar, whole."""

    status: Status | Literal["all"] = "open"
    queue_id: Ident | None = None
    assigned_user_id: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    unassigned: bool = False
    due_before: Moment | None = None
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=512)


class CallbackObject(BaseModel):
    """`phone` is null for who may not read it: whoever takes the callback may."""

    id: str
    status: Status
    phone: str | None
    client_id: str | None
    case_id: int | None
    call_id: str | None
    done_call_id: str | None
    queue_id: str | None
    priority: Priority
    reason: str | None
    notes: str | None
    due_at: datetime
    assigned_user_id: int | None
    created_by: int
    created_at: datetime
    updated_at: datetime


class Callbacks(BaseModel):
    callbacks: list[CallbackObject]
    next_cursor: str | None


class MissedQuery(Wire):
    """`untaken`: without those for whom somebody has taken a callback."""

    queue_id: Ident | None = None
    untaken: bool = False
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=512)


class MissedCallerObject(BaseModel):
    """`calls` in vain, the first of them `call_id`. `asked`: he pressed the key to be called back.

    `phone` is null for who may not read all numbers; a callback to `call_id` has it for who takes
    it. `callback_id`: one that is open to this number.
    """

    phone: str | None
    since: datetime
    call_id: str
    last_at: datetime
    last_call_id: str
    calls: int
    queue_id: str | None
    asked: bool
    callback_id: str | None
    assigned_user_id: int | None


class MissedCallers(BaseModel):
    callers: list[MissedCallerObject]
    next_cursor: str | None


@mhu.get("/callbacks", right=RIGHT)
async def list_callbacks(ctx: Context, query: CallbackQuery) -> Callbacks:
    """First what is due first: your own, and those that nobody took. Supervisors see all."""
    wanted = Wanted(
        status=None if query.status == "all" else query.status,
        queue_id=query.queue_id,
        assigned_user_id=query.assigned_user_id,
        unassigned=query.unassigned,
        due_before=end(query.due_before, ctx.services.settings.timezone),
    )
    callbacks = ctx.services.contacts.callbacks
    page = await callbacks.page(ctx.principal, wanted, query.limit, query.cursor)
    found = [_object(one) for one in page.callbacks]
    return Callbacks(callbacks=found, next_cursor=page.next_cursor)


@mhu.post("/callbacks", right=RIGHT, status=201)
async def create_callback(ctx: Context, body: NewCallback) -> CallbackObject | web.Response:
    """Somebody is to be called back."""
    made = await ctx.services.contacts.callbacks.add(ctx.principal, body.sent())
    return versioned(_object(made), made.version, status=201)


@mhu.get("/callbacks/missed", right=RIGHT)
async def list_missed_callers(ctx: Context, query: MissedQuery) -> MissedCallers:
    """Whom nobody has talked with since he called in vain, each once; the longest wait first."""
    callbacks = ctx.services.contacts.callbacks
    page = await callbacks.missed(
        ctx.principal, query.queue_id, query.untaken, query.limit, query.cursor
    )
    found = [_missed(one) for one in page.callers]
    return MissedCallers(callers=found, next_cursor=page.next_cursor)


@mhu.get("/callbacks/{callback_id}", right=RIGHT)
async def one_callback(ctx: Context, callback_id: str) -> CallbackObject | web.Response:
    """One of them."""
    found = await ctx.services.contacts.callbacks.one(ctx.principal, callback_id)
    return versioned(_object(found), found.version)


@mhu.put("/callbacks/{callback_id}", right=RIGHT, versions=True)
async def update_callback(
    ctx: Context, callback_id: str, body: CallbackChange
) -> CallbackObject | web.Response:
    """Takes it, gives it back, puts it off, or says what came of it. Honors If-Match."""
    sent = body.sent()
    for name in NEVER_NULL:
        if name in sent and sent[name] is None:
            raise invalid(name, "can't be cleared")
    callbacks = ctx.services.contacts.callbacks
    found = await callbacks.change(ctx.principal, callback_id, sent, ctx.if_match)
    return versioned(_object(found), found.version)


def _object(one: Callback) -> CallbackObject:
    return CallbackObject.model_validate(one, from_attributes=True)


def _missed(one: MissedCaller) -> MissedCallerObject:
    return MissedCallerObject.model_validate(one, from_attributes=True)
