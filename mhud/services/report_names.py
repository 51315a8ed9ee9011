"""Queues and agents that a report may name: those that are, and those that were."""

from __future__ import annotations

from mhud.errors import invalid
from mhud.live.state import LiveState
from mhud.services.access import Access
from mhud.services.report_wish import Matter
from mhud.store import reports as store
from mhud.store.database import Database


class Names:
    """A typing error must not look like a quiet day."""

    def __init__(self, db: Database, live: LiveState, access: Access) -> None:
        self._db = db
        self._live = live
        self._access = access

    async def check(self, matter: Matter) -> None:
        """Raises MhudError INVALID, without what was sent."""
        agents = {one.agent_id for one in self._access.known.users.values() if one.agent_id}
        queues = set(matter.queues or ()) - set(self._live.queues)
        agents = set(matter.agents or ()) - agents - set(self._live.agents)
        if queues or agents:
            async with self._db.read() as tx:
                queues -= await store.queues_of_calls(tx, queues)
                agents -= await store.agents_of_calls(tx, agents)
        if queues:
            raise invalid("queues", "names a queue that is not known here")
        if agents:
            raise invalid("agents", "names an agent who is not known here")
