"""Taking a person out of everything that is kept. All of it in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call
from mhud.store.calls import decode, encode
from mhud.store.clients import HERE, ClientRepository
from mhud.store.idempotency import LOST
from mhud.store.recordings import known
from mhud.store.schema import calls, idempotency, ledger
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
from mhud.store.schema_webhooks import webhook_deliveries

MARGIN = timedelta(minutes=10)  # around a call, in which its events lie
ERASED = "[erased]"
WRITTEN = ("note", "escalation", "resolution", "attachment", "communication")
"""Kinds of activities that tell in somebody's words; the others are made of the words of statuses
and of usernames."""
ABOUT = (
    "description", "reporter_name", "reporter_phone", "reporter_phone_key", "reporter_email",
    "reporter_relationship", "child_name", "child_age", "child_gender", "child_location",
    "ai_transcript", "ai_translation",
)  # fmt: skip
CONTACT = ("contact_address", "contact_key", "contact_name", "message", "disposition_notes")
CASE_TEXTS = ("title", "description", "ai_transcript", "ai_translation")


@dataclass(frozen=True, slots=True)
class KeptCase:
    """What of a case tells whether it is about the person."""

    id: int
    client_id: str | None
    values: Mapping[str, Any] = field(repr=False)


Redact = Callable[[str], str]


class ErasureRepository:
    """Reads first, for all of it depends on the others."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def scrub(self, *, on: bool) -> None:
        """Whether what is deleted from now on is overwritten with zeros; it costs writes."""
        await self._tx.exec_driver_sql(f"PRAGMA secure_delete = {'ON' if on else 'OFF'}")

    # ---- what there is

    async def merged_into(self, client_id: str) -> tuple[str, ...]:
        """The ids under which he was kept besides."""
        query = select(clients.c.id).where(clients.c.merged_into == client_id)
        return tuple((await self._tx.execute(query)).scalars())

    async def shared(self, keys: Collection[str], ids: Collection[str]) -> frozenset[str]:
        """Of these numbers those that somebody else has, too."""
        query = (
            select(client_phones.c.phone_key)
            .join(clients, clients.c.id == client_phones.c.client_id)
            .where(client_phones.c.phone_key.in_(keys), clients.c.id.not_in(ids), *HERE)
        )
        return frozenset((await self._tx.execute(query)).scalars())

    async def his_calls(self, ids: Collection[str], numbers: Collection[str]) -> frozenset[str]:
        """Calls of his sessions, communications and callbacks, and those with these numbers."""
        ways = [
            select(client_sessions.c.call_id).where(client_sessions.c.client_id.in_(ids)),
            select(communications.c.call_id).where(communications.c.client_id.in_(ids)),
            select(callbacks.c.call_id).where(callbacks.c.client_id.in_(ids)),
            select(callbacks.c.done_call_id).where(callbacks.c.client_id.in_(ids)),
            select(calls.c.id).where(calls.c.caller_id.in_(numbers)),
            select(calls.c.id).where(calls.c.destination.in_(numbers)),
        ]
        found: set[str] = set()
        for way in ways:
            found |= {one for one in (await self._tx.execute(way)).scalars() if one is not None}
        return frozenset(found)

    async def open_calls(self, call_ids: Collection[str]) -> bool:
        """Whether one of them goes on."""
        query = select(calls.c.id).where(calls.c.id.in_(call_ids), calls.c.state == "open")
        return await self._tx.scalar(query.limit(1)) is not None

    async def cases(self, ids: Collection[str], keys: Collection[str]) -> tuple[KeptCase, ...]:
        """Those that name him, and those that were reported from his numbers; deleted ones too."""
        his = or_(cases.c.client_id.in_(ids), cases.c.reporter_phone_key.in_(keys))
        rows = await self._tx.execute(select(cases).where(his).order_by(cases.c.id))
        return tuple(KeptCase(row.id, row.client_id, dict(row._mapping)) for row in rows)

    async def files(self, case_ids: Collection[int]) -> tuple[str, ...]:
        """Names in the attachments' folder."""
        query = select(attachments.c.filename).where(attachments.c.case_id.in_(case_ids))
        return tuple((await self._tx.execute(query)).scalars())

    async def unheard(self, call_ids: Collection[str]) -> tuple[str, ...]:
        """Those of these calls of which a recording was made that mhud does not know."""
        ours = await known(self._tx, call_ids)
        made = [call for call in await self._calls(call_ids) if call.recorded]
        return tuple(sorted(call.id for call in made if (call.merged_into or call.id) not in ours))

    # ---- what becomes of it

    async def empty_cases(self, case_ids: Collection[int]) -> None:
        """Number, kind, status and times stay, so that what was counted stays counted."""
        his = cases.c.id.in_(case_ids)
        values: dict[str, Any] = {**dict.fromkeys(ABOUT), "title": ERASED, "client_id": None}
        values["version"] = cases.c.version + 1
        await self._tx.execute(update(cases).where(his).values(**values))
        told = activities.c.case_id.in_(case_ids), activities.c.activity_type.in_(WRITTEN)
        await self._tx.execute(update(activities).where(*told).values(description=ERASED))
        await self._tx.execute(delete(attachments).where(attachments.c.case_id.in_(case_ids)))

    async def change_case(self, case_id: int, values: Mapping[str, Any]) -> None:
        one = update(cases).where(cases.c.id == case_id)
        await self._tx.execute(one.values(**values, version=cases.c.version + 1))

    async def redact(self, case_id: int, hide: Redact) -> None:
        """In what was written into the case's history and communications."""
        await self._redact_texts(
            activities, activities.c.case_id == case_id, ("description",), hide
        )
        mine = communications.c.case_id == case_id
        await self._redact_texts(communications, mine, ("message", "disposition_notes"), hide)

    async def empty_contacts(self, ids: Collection[str], case_ids: Collection[int]) -> int:
        """Communications with him, and all about cases that are his; when and how long stays."""
        about = communications.c.case_id.in_(case_ids)
        his: ColumnElement[bool] = or_(communications.c.client_id.in_(ids), about)
        return await self._empty(his, {**dict.fromkeys(CONTACT), "client_id": None})

    async def forget_numbers(self, keys: Collection[str], call_ids: Collection[str]) -> int:
        """In communications that name nobody, or somebody else."""
        unnamed = communications.c.call_id.in_(call_ids) & communications.c.client_id.is_(None)
        his: ColumnElement[bool] = or_(communications.c.contact_key.in_(keys), unnamed)
        return await self._empty(his, {"contact_address": None, "contact_key": None})

    async def delete_contacts(
        self, ids: Collection[str], keys: Collection[str], call_ids: Collection[str]
    ) -> dict[str, int]:
        """Sessions, callbacks and unfinished forms."""
        his: dict[Table, ColumnElement[bool]] = {
            client_sessions: client_sessions.c.client_id.in_(ids),
            callbacks: or_(callbacks.c.client_id.in_(ids), callbacks.c.phone_key.in_(keys)),
            drafts: drafts.c.call_id.in_(call_ids),
            missed_callers: missed_callers.c.phone_key.in_(keys),
        }
        return {
            str(table.name): (await self._tx.execute(delete(table).where(where))).rowcount
            for table, where in his.items()
        }

    async def rewrite_calls(
        self, call_ids: Collection[str], numbers: Collection[str], without: Callable[[Call], Call]
    ) -> None:
        for call in await self._calls(call_ids):
            left = without(call)
            values = {
                "caller_id": left.caller_id,
                "destination": left.destination,
                "record": orjson.Fragment(encode(left)),
            }
            await self._tx.execute(update(calls).where(calls.c.id == call.id).values(**values))

    async def rewrite_ledger(
        self, call_ids: Collection[str], mask: Callable[[bytes, datetime], bytes]
    ) -> int:
        """`mask` makes of an event's public JSON what shall stay of it."""
        changed = 0
        times = select(calls.c.id, calls.c.start_time, calls.c.end_time)
        for call in (await self._tx.execute(times.where(calls.c.id.in_(call_ids)))).all():
            ended = call.end_time or call.start_time
            near = ledger.c.at.between(call.start_time - MARGIN, ended + MARGIN)
            columns = ledger.c.seq, ledger.c.at, ledger.c.payload
            query = select(*columns).where(near, ledger.c.call_id == call.id)
            for seq, at, payload in (await self._tx.execute(query)).all():
                one = update(ledger).where(ledger.c.seq == seq)
                await self._tx.execute(one.values(payload=mask(payload, at)))
                changed += 1
        return changed

    async def forget_deliveries(self, call_ids: Collection[str]) -> None:
        """What webhooks were told of these calls, or would be: some are told numbers."""
        first = select(func.min(calls.c.start_time)).where(calls.c.id.in_(call_ids))
        since = webhook_deliveries.c.created_at >= first.scalar_subquery()
        his = since, webhook_deliveries.c.line.in_(call_ids)
        await self._tx.execute(delete(webhook_deliveries).where(*his))

    async def forget_answers(self, words: Collection[str]) -> None:
        """Answers kept for retries that hold one of these: the retry is told that it is lost."""
        holds = [func.instr(idempotency.c.body, literal(word.encode())) > 0 for word in words]
        if holds:
            values = {"state": LOST, "body": None, "headers": None}
            await self._tx.execute(update(idempotency).where(or_(*holds)).values(**values))

    async def delete_clients(self, ids: Collection[str]) -> None:
        """Last, for the others refer to them."""
        for table in (cases, communications, callbacks):
            mine = table.c.client_id.in_(ids)
            await self._tx.execute(update(table).where(mine).values(client_id=None))
        await ClientRepository(self._tx).forget_parts(list(ids))
        merged = clients.c.id.in_(ids) & clients.c.merged_into.is_not(None)
        await self._tx.execute(delete(clients).where(merged))
        await self._tx.execute(delete(clients).where(clients.c.id.in_(ids)))

    async def _calls(self, call_ids: Collection[str]) -> list[Call]:
        query = select(calls.c.record).where(calls.c.id.in_(call_ids))
        records = (await self._tx.execute(query)).scalars()
        return [decode(orjson.dumps(record)) for record in records]

    async def _empty(self, where: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        statement = update(communications).where(where)
        return (await self._tx.execute(statement.values(**values))).rowcount

    async def _redact_texts(
        self, table: Table, where: ColumnElement[bool], names: Collection[str], hide: Redact
    ) -> None:
        columns = table.c.id, *(table.c[name] for name in names)
        for row in (await self._tx.execute(select(*columns).where(where))).all():
            left = {name: hide(text) for name in names if (text := row._mapping[name])}
            changed = {name: text for name, text in left.items() if text != row._mapping[name]}
            if changed:
                one = update(table).where(table.c.id == row.id)
                await self._tx.execute(one.values(**changed))
