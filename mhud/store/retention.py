"""What is over its time: how much there is of it, and its removal, a few rows at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import recordings as of_recordings
from mhud.store.clients import ClientRepository
from mhud.store.recordings import State
from mhud.store.schema import audit, calls, idempotency, ledger
from mhud.store.schema_books import missed_callers
from mhud.store.schema_cases import activities, attachments, cases
from mhud.store.schema_contacts import (
    callbacks,
    client_phones,
    client_sessions,
    clients,
    communications,
    drafts,
)
from mhud.store.schema_figures import agent_spells
from mhud.store.schema_recordings import recordings
from mhud.store.schema_usage import key_usage
from mhud.store.schema_webhooks import webhook_deliveries

DONE = ("resolved", "closed")
RECORDED = (State.READY, State.FAILED)
_ROWID: Column[Any] = Column("rowid")
SOME = 5000  # rows that are looked for at once
Rows = Select[Any]
Ids = Sequence[Any]
Files = tuple[str, ...]  # names in the vault of files whose rows are gone


@dataclass(frozen=True, slots=True)
class Kind:
    """`doomed` selects what identifies the rows that are older than an instant.

    `remove` takes such values, and all that belongs to the rows, out of every table. `subject` is
    what a line of the audit calls each of them; None: there is one line for all.
    """

    doomed: Callable[[datetime], Rows]
    remove: Callable[[AsyncConnection, Ids], Awaitable[Files]]
    at_once: int = 200
    subject: str | None = None


async def count(tx: AsyncConnection, kind: Kind, before: datetime) -> int:
    return await tx.scalar(select(func.count()).select_from(kind.doomed(before).subquery())) or 0


async def some(tx: AsyncConnection, kind: Kind, before: datetime) -> list[Any]:
    """Found by looking at many rows perhaps: not for the writer's time."""
    rows = await tx.execute(kind.doomed(before).limit(SOME))
    return [row[0] for row in rows]


async def still(tx: AsyncConnection, kind: Kind, before: datetime, ids: Ids) -> list[Any]:
    """Those of them that nobody has changed meanwhile."""
    query = kind.doomed(before)
    rows = await tx.execute(query.where(next(iter(query.selected_columns)).in_(ids)))
    return [row[0] for row in rows]


def _deleted_cases(before: datetime) -> Rows:
    return select(cases.c.id).where(cases.c.deleted_at < before).order_by(cases.c.id)


def _done_cases(before: datetime) -> Rows:
    """Nobody waits to be called back about it."""
    done = cases.c.status.in_(DONE), cases.c.updated_at < before, cases.c.created_at < before
    awaited = select(callbacks.c.case_id).where(
        callbacks.c.status == "open", callbacks.c.case_id.is_not(None)
    )
    return select(cases.c.id).where(*done, cases.c.id.not_in(awaited)).order_by(cases.c.created_at)


def _files(before: datetime) -> Rows:
    done = cases.c.status.in_(DONE), cases.c.resolved_at < before
    return select(attachments.c.id).join(cases, cases.c.id == attachments.c.case_id).where(*done)


def _clients(before: datetime) -> Rows:
    """Nobody waits to be called back, and no case names him or who was merged into him."""
    other = clients.alias()
    same = or_(other.c.id == clients.c.id, other.c.merged_into == clients.c.id)
    ids = select(other.c.id).where(same).correlate(clients)
    in_use = (
        select(cases.c.id).where(cases.c.client_id.in_(ids)),
        select(callbacks.c.id).where(callbacks.c.client_id.in_(ids), callbacks.c.status == "open"),
    )
    contact = or_(clients.c.last_contact.is_(None), clients.c.last_contact < before)
    old = clients.c.merged_into.is_(None), clients.c.updated_at < before, contact
    return select(clients.c.id).where(*old, *(~one.exists() for one in in_use))


def _communications(before: datetime) -> Rows:
    old = communications.c.created_at < before, communications.c.case_id.is_(None)
    return select(communications.c.id).where(*old).order_by(communications.c.id)


def _callbacks(before: datetime) -> Rows:
    old = callbacks.c.updated_at < before, callbacks.c.status != "open"
    return select(callbacks.c.id).where(*old)


def _calls(before: datetime) -> Rows:
    old = calls.c.start_time < before, calls.c.state == "ended"
    return select(calls.c.id).where(*old).order_by(calls.c.start_time)


def _usage(before: datetime) -> Rows:
    old = key_usage.c.day < before.date().isoformat()
    return select(_ROWID).select_from(key_usage).where(old)


def _recordings(before: datetime) -> Rows:
    here = recordings.c.ended_at < before, recordings.c.state.in_((*RECORDED, State.WAITING))
    return select(recordings.c.call_id).where(*here).order_by(recordings.c.ended_at)


async def _remove_recordings(tx: AsyncConnection, ids: Ids) -> Files:
    return await of_recordings.end(tx, ids, State.EXPIRED)


async def _remove_calls(tx: AsyncConnection, ids: Ids) -> Files:
    """What was recorded of a call goes with it."""
    await tx.execute(delete(calls).where(calls.c.id.in_(ids)))
    return await of_recordings.forget(tx, ids)


async def _remove_cases(tx: AsyncConnection, ids: Ids) -> Files:
    mine = select(attachments.c.id).where(attachments.c.case_id.in_(ids))
    files = await _remove_files(tx, (await tx.execute(mine)).scalars().all())
    for table in (activities, communications, callbacks):
        await tx.execute(delete(table).where(table.c.case_id.in_(ids)))
    await tx.execute(delete(cases).where(cases.c.id.in_(ids)))
    return files


async def _remove_files(tx: AsyncConnection, ids: Ids) -> Files:
    names = select(attachments.c.filename).where(attachments.c.id.in_(ids))
    files = tuple((await tx.execute(names)).scalars())
    await tx.execute(delete(attachments).where(attachments.c.id.in_(ids)))
    return files


async def _remove_clients(tx: AsyncConnection, ids: Ids) -> Files:
    merged = select(clients.c.id).where(clients.c.merged_into.in_(ids))
    everybody = [*ids, *(await tx.execute(merged)).scalars()]
    await ClientRepository(tx).forget_parts(everybody)
    for table in (client_sessions, client_phones, callbacks):
        await tx.execute(delete(table).where(table.c.client_id.in_(everybody)))
    his = communications.c.client_id.in_(everybody)
    await tx.execute(delete(communications).where(his, communications.c.case_id.is_(None)))
    await tx.execute(update(communications).where(his).values(client_id=None))
    others = clients.c.id.in_(everybody) & clients.c.merged_into.is_not(None)
    await tx.execute(delete(clients).where(others))
    await tx.execute(delete(clients).where(clients.c.id.in_(ids)))
    return ()


def _plain(table: Table, age: str) -> Kind:
    """Rows to which nothing belongs, and which are as old as their column `age` says."""

    def doomed(before: datetime) -> Rows:
        return select(_ROWID).select_from(table).where(table.c[age] < before)

    return Kind(doomed, _by(table, _ROWID))


def _by(table: Table, column: Any) -> Callable[[AsyncConnection, Ids], Awaitable[Files]]:
    async def remove(tx: AsyncConnection, ids: Ids) -> Files:
        await tx.execute(delete(table).where(column.in_(ids)))
        return ()

    return remove


DELETED_CASES = Kind(_deleted_cases, _remove_cases, 20, "case")
CASES = Kind(_done_cases, _remove_cases, 20, "case")
FILES = Kind(_files, _remove_files, 50, "attachment")
CLIENTS = Kind(_clients, _remove_clients, 20, "client")
COMMUNICATIONS = Kind(
    _communications, _by(communications, communications.c.id), subject="communication"
)
CALLBACKS = Kind(_callbacks, _by(callbacks, callbacks.c.id))
DRAFTS = _plain(drafts, "updated_at")
MISSED = _plain(missed_callers, "last_at")
RECORDINGS = Kind(_recordings, _remove_recordings, 50, "recording")
CALLS = Kind(_calls, _remove_calls)
SPELLS = _plain(agent_spells, "began_at")
AUDIT = _plain(audit, "at")
USAGE = Kind(_usage, _by(key_usage, _ROWID))
WEBHOOKS = _plain(webhook_deliveries, "created_at")
IDEMPOTENCY = _plain(idempotency, "created_at")


async def events(tx: AsyncConnection, before: datetime) -> int:
    """Of the ledger; its newest stays whatever its age."""
    newest = select(func.max(ledger.c.seq)).scalar_subquery()
    old = ledger.c.at < before, ledger.c.seq < newest
    return await tx.scalar(select(func.count()).select_from(ledger).where(*old)) or 0
