"""Who has a phone, which one, and which queues he serves: kept by administrators and supervisors.

A phone decides where calls go, so it takes the right over people; queues take that over agents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mhud.errors import conflict, forbidden, invalid, not_found
from mhud.live.model import Agent, AgentStatus
from mhud.pump import Pump
from mhud.services.access import Access
from mhud.services.person_changes import change_person, list_people
from mhud.services.rights import Principal
from mhud.services.telling import unable
from mhud.services.versions import Versions
from mhud.store.users import User

PHONE = frozenset({"interface", "extension"})


@dataclass(frozen=True, slots=True)
class Post:
    """A person with a phone; `agent` as he is now, None before the state has heard of him."""

    user: User
    agent: Agent | None


async def posts(access: Access, pump: Pump) -> list[Post]:
    """Everybody who has a phone, at work or not, disabled or not; by agent id."""
    people = [user for user in await list_people(access) if user.agent_id is not None]
    people.sort(key=lambda user: user.agent_id or "")
    return [Post(user, pump.live.agents.get(user.agent_id or "")) for user in people]


async def add(
    access: Access, pump: Pump, who: Principal, user_id: int, phone: Mapping[str, Any]
) -> Post:
    """`phone`: agent_id and, as wanted, interface, extension, queues.

    Raises MhudError NOT_FOUND, INVALID, FORBIDDEN, CONFLICT (he has one; something is taken).
    """
    user = access.known.users.get(user_id)
    if user is None:
        raise not_found("user", "")
    if user.agent_id is not None:
        raise conflict("this person has a phone already", reason="has-phone")
    _check_queues(pump, phone.get("queues") or ())
    changed = await change_person(access, user_id, phone, who)
    return Post(changed, pump.live.agents.get(changed.agent_id or ""))


async def change(
    access: Access,
    pump: Pump,
    who: Principal,
    agent_id: str,
    wish: Mapping[str, Any],
    versions: Versions = None,
) -> Post:
    """`wish`: interface, extension, queues, as far as they change.

    Raises MhudError NOT_FOUND, INVALID, FORBIDDEN, CONFLICT, PRECONDITION_FAILED.
    """
    user = _user(access, agent_id)
    if PHONE & set(wish) and not who.has("manage_users"):
        raise forbidden("manage_users")
    if "queues" in wish and not who.may("manage_agents", agent_id):
        raise forbidden("manage_agents")
    if wish.get("interface", user.interface) != user.interface:
        _require_offline(pump, agent_id)
    _check_queues(pump, wish.get("queues") or ())
    changed = await change_person(access, user.id, wish, who, versions)
    return Post(changed, pump.live.agents.get(agent_id))


async def remove(access: Access, pump: Pump, who: Principal, agent_id: str) -> None:
    """The person stays. Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT for who is at work."""
    user = _user(access, agent_id)
    _require_offline(pump, agent_id)
    await change_person(access, user.id, {"agent_id": None}, who)


def _user(access: Access, agent_id: str) -> User:
    for user in access.known.users.values():
        if user.agent_id == agent_id:
            return user
    raise not_found("agent", agent_id)


def _require_offline(pump: Pump, agent_id: str) -> None:
    """Else queues would go on calling a phone that is nobody's."""
    agent = pump.live.agents.get(agent_id)
    if agent is not None and agent.status is not AgentStatus.OFFLINE:
        raise unable(agent_id, "must be offline for that", agent.status.value)


def _check_queues(pump: Pump, queues: Sequence[str]) -> None:
    """As far as Asterisk has said which there are: with an unknown one nobody could log in."""
    known = pump.live.queues
    if known and not pump.live.stale and not set(queues) <= set(known):
        raise invalid("queues", "names a queue that Asterisk does not have")
