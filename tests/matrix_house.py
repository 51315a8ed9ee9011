"""A helpline in which everybody of the rights matrix talks, and whatever he may be denied."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mhud.ami.link import LinkState
from mhud.services import signin
from mhud.services.people import Person, Phone, add_person
from mhud.services.rights import COMMAND_LINE, RIGHTS
from mhud.services.roles import add_role
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import eventually
from tests.houses import PASSWORD
from tests.logins import cookie
from tests.webhook_things import NETWORK

ROLES = {
    "operator": "operator",
    "case_manager": "case_manager",
    "supervisor": "supervisor",
    "admin": "admin",
    "view_key": "admin",
    "other": "operator",
}
"""Who asks: the role of the account that is named so. `other` is whose another's things are."""

PHONES = {name: f"agent00{place}" for place, name in enumerate(ROLES, 1)}
VIEW = tuple(right for right in RIGHTS if right.startswith("view_"))


@dataclass(frozen=True, slots=True)
class MatrixHouse:
    """`ids` by username. `calls`: in which each talks; "" is that of the caller who waits."""

    centre: CallCentre
    ids: Mapping[str, int]
    calls: Mapping[str, str]
    known: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    async def headers(self, who: str, how: str) -> dict[str, str]:
        """Of a cookie, a token, a key; or `all`: a key with all of his rights, of view_key too."""
        if (who, how) not in self.known:
            self.known[who, how] = await self._credential(who, how)
        return self.known[who, how]

    def forget(self, who: str) -> None:
        """What he is signed in with may have ended."""
        for how in ("cookie", "token"):
            self.known.pop((who, how), None)

    async def _credential(self, who: str, how: str) -> dict[str, str]:
        house = self.centre.house
        if how == "cookie":
            return {"Cookie": f"HELPLINE_SESSION_ID={await cookie(house, who)}"}
        if how == "token":
            access = self.centre.services.access
            grant = await signin.log_in(access, who, PASSWORD, "192.0.2.1")
            return {"Authorization": f"Bearer {grant.access_token}"}
        rights = VIEW if (who, how) == ("view_key", "key") else ("all",)
        return await house.headers(*rights, owner=self.ids[who])


@asynccontextmanager
async def matrix_house(folder: Path) -> AsyncIterator[MatrixHouse]:
    """Asterisk is gone: what it would have to do is refused with 503, and the calls stay."""
    settings: dict[str, Any] = {
        "helpline": {"region": "KE"},
        "webhooks": {"allowed_networks": [NETWORK]},
    }
    async with call_centre(folder, **settings) as centre:
        ids = {name: await _person(centre, name) for name in ROLES}
        ids["colleague"] = await centre.house.person("colleague")
        await add_role(centre.services.access, "volunteer", ["view_calls"], COMMAND_LINE)
        await centre.services.agents.load()
        calls = {name: await _call(centre, agent_id) for name, agent_id in PHONES.items()}
        calls[""] = await _call(centre, None)
        await centre.pbx.stop()
        await eventually(lambda: centre.services.link.state is not LinkState.UP)
        await eventually(lambda: centre.live.stale)
        yield MatrixHouse(centre, ids, calls)


async def _person(centre: CallCentre, name: str) -> int:
    agent_id = PHONES[name]
    phone = Phone(agent_id=agent_id, interface=f"PJSIP/{agent_id}")
    person = Person(username=name, name=name, role=ROLES[name], password=PASSWORD, phone=phone)
    return (await add_person(centre.services.access, person)).id


async def _call(centre: CallCentre, agent_id: str | None) -> str:
    """From a number of its own. Everybody else is in a call already."""
    known = set(centre.live.calls)
    if agent_id:
        centre.pbx.agent_logs_in(agent_id, "support")
        await centre.agent_is("available", agent_id)
    centre.pbx.call_in(f"+2547000001{len(known):02}", "support")
    await eventually(lambda: set(centre.live.calls) - known)
    (call_id,) = set(centre.live.calls) - known
    if agent_id:
        await centre.agent_is("ringing", agent_id)
        centre.pbx.agent_answers(agent_id)
        await centre.agent_is("on-call", agent_id)
    else:
        await eventually(lambda: any(queue.waiting for queue in centre.live.queues.values()))
    return call_id
