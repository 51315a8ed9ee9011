"""Client Data of the MHU document, and what a counsellor needs beyond it."""

from __future__ import annotations

from aiohttp import web

from mhud.errors import forbidden, invalid
from mhud.services.client_sessions import ClientSession, SessionWish
from mhud.services.clients import Client, ClientWish
from mhud.web.context import Context
from mhud.web.mhu.client_models import (
    CandidateObject,
    Candidates,
    ClientChange,
    ClientObject,
    ClientSearch,
    ClientSummary,
    Confirmation,
    ErasedObject,
    FoundClients,
    LookupQuery,
    Merge,
    NewClient,
    NewSession,
    OpenCase,
    PageQuery,
    SessionChange,
    SessionObject,
    Sessions,
)
from mhud.web.mhu.dialect import mhu
from mhud.web.versions import versioned

SEE, KEEP = "view_clients", "manage_clients"


@mhu.get("/clients/search", right=SEE)
async def search_clients(ctx: Context, query: ClientSearch) -> FoundClients:
    """By beginnings of name parts, a number in any spelling, e-mail; by newest contact."""
    records = ctx.services.clients.records
    page = await records.search(ctx.principal, query.query, query.limit, query.cursor)
    found = [_summary(client) for client in page.clients]
    return FoundClients(clients=found, total=page.total, next_cursor=page.next_cursor)


@mhu.get("/clients/lookup", right=SEE)
async def look_up_caller(ctx: Context, query: LookupQuery) -> Candidates:
    """Who may be calling: clients with this number, their open cases, how often they called."""
    found = await ctx.services.clients.lookup.by(ctx.principal, query.phone, query.call_id)
    candidates = [
        CandidateObject(
            client=_summary(one.client),
            open_cases=[OpenCase.model_validate(c, from_attributes=True) for c in one.open_cases],
            earlier_contacts=one.earlier_contacts,
        )
        for one in found.candidates
    ]
    others = [OpenCase.model_validate(case, from_attributes=True) for case in found.other_cases]
    return Candidates(
        candidates=candidates,
        total=len(candidates),
        other_cases=others,
        earlier_contacts=found.earlier_contacts,
    )


@mhu.post("/clients", right=KEEP, status=201)
async def create_client(ctx: Context, body: NewClient) -> ClientObject | web.Response:
    """Several clients may have the same number: who shares a phone is not the same person."""
    client = await ctx.services.clients.records.add(ctx.principal, ClientWish(**body.sent()))
    return versioned(_client(client), client.version, status=201)


@mhu.get("/clients/{client_id}", right=SEE)
async def one_client(ctx: Context, client_id: str) -> ClientObject | web.Response:
    """A client; one who was merged says into whom."""
    client = await ctx.services.clients.records.one(ctx.principal, client_id)
    return versioned(_client(client), client.version)


@mhu.put("/clients/{client_id}", right=KEEP, versions=True)
async def update_client(
    ctx: Context, client_id: str, body: ClientChange
) -> ClientObject | web.Response:
    """Changes what is sent. Honors If-Match."""
    records = ctx.services.clients.records
    client = await records.change(ctx.principal, client_id, body.sent(), ctx.if_match)
    return versioned(_client(client), client.version)


@mhu.delete("/clients/{client_id}", right="delete_case")
async def erase_client(ctx: Context, client_id: str, query: Confirmation) -> ErasedObject:
    """Erases a person everywhere, for good; `confirm` repeats his id. Needs manage_clients too."""
    if not ctx.principal.has(KEEP):
        raise forbidden(KEEP)
    if query.confirm != client_id:
        raise invalid("confirm", "must be the client's id: what is erased does not come back")
    erased = await ctx.services.clients.erasure.erase(ctx.principal, client_id)
    return ErasedObject.model_validate(erased, from_attributes=True)


@mhu.post("/clients/{client_id}/merge", right=KEEP, versions=True)
async def merge_client(ctx: Context, client_id: str, body: Merge) -> ClientObject | web.Response:
    """Joins this client with another who is the same person, and answers with that one."""
    records = ctx.services.clients.records
    client = await records.merge(ctx.principal, client_id, body.into, ctx.if_match)
    return versioned(_client(client), client.version)


@mhu.post("/clients/{client_id}/sessions", right=KEEP, status=201)
async def create_client_session(ctx: Context, client_id: str, body: NewSession) -> SessionObject:
    """A contact of the client with an agent has begun."""
    wish = SessionWish(**dict(body))
    return _session(await ctx.services.clients.sessions.begin(ctx.principal, client_id, wish))


@mhu.get("/clients/{client_id}/sessions", right=SEE)
async def client_sessions(ctx: Context, client_id: str, query: PageQuery) -> Sessions:
    """Newest first, a page at a time."""
    sessions = ctx.services.clients.sessions
    page = await sessions.of_client(ctx.principal, client_id, query.limit, query.cursor)
    found = [_session(one) for one in page.sessions]
    return Sessions(sessions=found, total=page.total, next_cursor=page.next_cursor)


@mhu.put("/clients/{client_id}/sessions/{session_id}", right=KEEP, versions=True)
async def update_client_session(
    ctx: Context, client_id: str, session_id: str, body: SessionChange
) -> SessionObject | web.Response:
    """Completes or cancels it, or changes what is sent. Honors If-Match."""
    sent = body.model_dump(include=set(body.model_fields_set))
    sessions = ctx.services.clients.sessions
    session = await sessions.change(ctx.principal, client_id, session_id, sent, ctx.if_match)
    return versioned(_session(session), session.version)


def _summary(client: Client) -> ClientSummary:
    return ClientSummary.model_validate(client, from_attributes=True)


def _client(client: Client) -> ClientObject:
    values = {name: getattr(client, name) for name in ClientObject.model_fields}
    return ClientObject.model_validate(
        {**values, "phones": [one.phone for one in client.phones], "tags": list(client.tags)}
    )


def _session(session: ClientSession) -> SessionObject:
    values = {name: getattr(session, name) for name in SessionObject.model_fields if name != _ID}
    return SessionObject.model_validate({**values, _ID: session.id, "tags": list(session.tags)})


_ID = "session_id"
