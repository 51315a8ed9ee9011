"""Which login sessions are open, in memory: a check never waits. What may be written later, is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mhud.clock import Clock
from mhud.config import LoginSettings
from mhud.live.state import LiveState
from mhud.live.words import AgentStatus
from mhud.services.rights import Principal
from mhud.store.database import Tx
from mhud.store.logins import Login, LoginRepository
from mhud.store.users import User

KEPT = timedelta(days=30)  # how long a session that is over can be read in the database


@dataclass(slots=True)
class Open:
    """`seen_at` runs ahead of what is on disk."""

    login: Login
    seen_at: datetime
    principal: Principal | None = field(default=None, repr=False)  # as he was when last asked


class Logins:
    """`busy`: whether this user is in a call now. Nothing ends under him by the clock then."""

    def __init__(self, clock: Clock, settings: LoginSettings) -> None:
        self.settings = settings
        self.busy: Callable[[int], bool] = lambda _user_id: False
        self._clock = clock
        self._open: dict[bytes, Open] = {}
        self._by_id: dict[str, Open] = {}
        self._seen: dict[str, datetime] = {}
        self._over: dict[str, datetime] = {}  # ended by the clock; the store does not know yet

    def all(self) -> list[Open]:
        """Oldest first."""
        self.look()
        return list(self._open.values())

    def by_id(self, login_id: str) -> Open | None:
        found = self._by_id.get(login_id)
        return None if found is None or self._ended(found) else found

    def of(self, cookie_hash: bytes) -> Open | None:
        found = self._open.get(cookie_hash)
        return None if found is None or self._ended(found) else found

    def touch(self, one: Open) -> None:
        """He did something just now."""
        one.seen_at = self._seen[one.login.id] = self._clock.now()

    def look(self) -> None:
        """What is over is dropped; who is in a call is not idle."""
        for one in tuple(self._open.values()):
            if not self._ended(one) and self.busy(one.login.user_id):
                self.touch(one)

    def take(self, stored: Iterable[Login]) -> None:
        """The store's answer. What was seen later here, stays so."""
        known = {login_id: one.seen_at for login_id, one in self._by_id.items()}
        self._open, self._by_id = {}, {}
        for login in stored:
            if login.id not in self._over:
                self._add(Open(login, known.get(login.id, login.last_seen_at)))

    def add(self, login: Login) -> None:
        """While the store is not being read, which would not know it yet."""
        self._add(Open(login, login.last_seen_at))

    async def write(self, tx: Tx) -> Callable[[], None]:
        """When that transaction is on disk, call what this returns."""
        seen, over, logins = dict(self._seen), dict(self._over), LoginRepository(tx)
        await logins.touch(seen)
        for login_id, at in over.items():
            await logins.end(login_id, at)
        await logins.forget_before(self._clock.now() - KEPT)

        def written() -> None:
            for pending, done in ((self._seen, seen), (self._over, over)):
                for login_id, at in done.items():
                    if pending.get(login_id) == at:
                        del pending[login_id]

        return written

    def _ended(self, one: Open) -> bool:
        """Whether its time is over; then it is gone for good."""
        now = self._clock.now()
        idle = now - one.seen_at >= timedelta(minutes=self.settings.idle_minutes)
        if not (idle or now >= one.login.expires_at) or self.busy(one.login.user_id):
            return False
        self._over[one.login.id] = now
        self._open.pop(one.login.hash, None)
        self._by_id.pop(one.login.id, None)
        return True

    def _add(self, one: Open) -> None:
        self._open[one.login.hash] = self._by_id[one.login.id] = one


def in_call(live: LiveState, user: User | None) -> bool:
    """His phone rings, he talks, or he writes up what was said."""
    agent = live.agents.get(user.agent_id) if user and user.agent_id else None
    if agent is None:
        return False
    rings = agent.call_id is not None or agent.ringing_call_id is not None
    return rings or agent.status is AgentStatus.WRAP_UP
