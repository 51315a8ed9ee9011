"""Contacts of a client with an agent, as the agent keeps them: begun, completed or cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mhud.clock import Clock, rfc3339
from mhud.errors import conflict, forbidden, invalid, not_found
from mhud.ids import new_client_session_id
from mhud.pump import Pump
from mhud.services.access import Access
from mhud.services.clients import living
from mhud.services.rights import Principal
from mhud.services.tellings import Telling, tell
from mhud.services.trail import Trail
from mhud.services.versions import Versions, require_version
from mhud.services.visibility import OVERSEERS
from mhud.store.calls import get_call
from mhud.store.client_sessions import ClientSession as ClientSession
from mhud.store.client_sessions import ClientSessionRepository, SessionPage
from mhud.store.clients import ClientRepository
from mhud.store.database import Database, Tx

KIND = "client"
RUNNING, COMPLETED, CANCELLED = "in-progress", "completed", "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWish:
    """Without `agent_id` it is the asker's own."""

    agent_id: str | None = None
    call_id: str | None = None
    session_type: str = "support"
    notes: str | None = field(default=None, repr=False)
    priority: str = "medium"
    tags: Sequence[str] = field(default=(), repr=False)


class ClientSessions:
    def __init__(
        self, db: Database, clock: Clock, pump: Pump, access: Access, trail: Trail
    ) -> None:
        self._db = db
        self._clock = clock
        self._pump = pump
        self._access = access
        self._trail = trail

    async def begin(self, who: Principal, client_id: str, wish: SessionWish) -> ClientSession:
        """Shares its call with the agent's communication about it, which then names the client.

        Raises MhudError NOT_FOUND, GONE, INVALID, FORBIDDEN, or CONFLICT where there is one.
        """
        agent_id = self._agent(who, wish.agent_id)
        session = ClientSession(
            id=new_client_session_id(),
            client_id=client_id,
            agent_id=agent_id,
            call_id=wish.call_id,
            session_type=wish.session_type,
            notes=wish.notes,
            priority=wish.priority,
            tags=tuple(dict.fromkeys(wish.tags)),
            status=RUNNING,
            start_time=self._clock.now(),
            created_by=who.user_id,
        )
        async with self._db.write() as tx:
            await living(tx, client_id)
            await self._share_call(tx, session)
            await ClientSessionRepository(tx).add(session)
            await ClientRepository(tx).touch(client_id, session.start_time)
            await self._trail.record_in(
                tx, who, "client.session.create", client_id, KIND, session_id=session.id
            )
            await tell(tx, _created(session))
        return session

    async def of_client(
        self, who: Principal, client_id: str, limit: int, cursor: str | None
    ) -> SessionPage:
        """Newest first. Raises MhudError NOT_FOUND, GONE, or INVALID for the cursor."""
        async with self._db.read() as tx:
            await living(tx, client_id)
            page = await ClientSessionRepository(tx).page(client_id, limit=limit, cursor=cursor)
        await self._trail.record(who, "client.session.read", client_id, KIND)
        return page

    async def change(
        self,
        who: Principal,
        client_id: str,
        session_id: str,
        changes: Mapping[str, Any],
        versions: Versions = None,
    ) -> ClientSession:
        """`changes` in the session's fields; None clears.

        Raises MhudError NOT_FOUND, GONE, FORBIDDEN, CONFLICT or PRECONDITION_FAILED.
        """
        async with self._db.write() as tx:
            await living(tx, client_id)
            session = await ClientSessionRepository(tx).get(client_id, session_id)
            if session is None:
                raise not_found("session", session_id)
            self._refuse_strangers(who, session.agent_id)
            require_version(versions, session.version, "session")
            changed = self._changed(session, changes)
            await ClientSessionRepository(tx).replace(changed)
            await ClientRepository(tx).touch(client_id, changed.end_time or changed.start_time)
            await self._trail.record_in(
                tx,
                who,
                "client.session.update",
                client_id,
                KIND,
                session_id=session_id,
                fields=sorted(changes),
            )
        return changed

    def _changed(self, session: ClientSession, changes: Mapping[str, Any]) -> ClientSession:
        values = dict(changes)
        if "tags" in values:
            values["tags"] = tuple(dict.fromkeys(values["tags"] or ()))
        status = values.get("status", session.status)
        if status != session.status:
            if session.status != RUNNING:
                raise conflict(f"the session is {session.status}", status=session.status)
            values["end_time"] = self._clock.now()
        return replace(session, **values, version=session.version + 1)

    def _agent(self, who: Principal, wanted: str | None) -> str:
        agent_id = wanted or who.agent_id
        if agent_id is None:
            raise invalid("agent_id", "is needed: you are no agent yourself")
        if not any(user.agent_id == agent_id for user in self._access.known.users.values()):
            raise invalid("agent_id", "there is no such agent")
        self._refuse_strangers(who, agent_id)
        return agent_id

    def _refuse_strangers(self, who: Principal, agent_id: str) -> None:
        """An agent keeps his own; a supervisor, and the key of one, everybody's."""
        if not (who.manages(agent_id) or (who.kind == "key" and who.role in OVERSEERS)):
            raise forbidden("manage_agents")

    async def _share_call(self, tx: Tx, session: ClientSession) -> None:
        if session.call_id is None:
            return
        known = self._pump.live.call(session.call_id) or await get_call(tx, session.call_id)
        if known is None:
            raise invalid("call_id", "there is no such call")
        sessions = ClientSessionRepository(tx)
        client_id, agent_id = session.client_id, session.agent_id
        if before := await sessions.about(client_id, session.call_id, agent_id):
            raise conflict("this call has its session with this client", session_id=before)
        await sessions.name_client(session.call_id, agent_id, client_id)


def _created(session: ClientSession) -> Telling:
    return Telling(
        type="client.session_created",
        at=session.start_time,
        object={
            "id": session.id,
            "client_id": session.client_id,
            "agent_id": session.agent_id,
            "call_id": session.call_id,
            "session_type": session.session_type,
            "priority": session.priority,
            "status": session.status,
            "start_time": rfc3339(session.start_time),
        },
        more={"by_user_id": session.created_by},
    )
