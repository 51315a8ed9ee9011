"""Who may see and change which case. Not to be seen is not to exist: NOT_FOUND, never FORBIDDEN."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from mhud.errors import Code, MhudError, forbidden
from mhud.live.model import Agent, AgentStatus, Call, Direction
from mhud.live.state import LiveState
from mhud.services.rights import Principal
from mhud.store.case_sight import NOTHING
from mhud.store.case_sight import Sight as Sight
from mhud.store.cases import Case

READERS = (
    "view_all_cases",
    "create_case",
    "update_case",
    "assign_case",
    "escalate_case",
    "delete_case",
    "log_communication",
)
"""Any of these lets one read the cases that are his to see: for the `right` of a route."""


def sight(principal: Principal) -> Sight:
    """For lists, searches and counts. Operators: created or assigned; managers: unassigned too."""
    if not any(principal.has(right) for right in READERS):
        return NOTHING
    return Sight(
        user_id=principal.user_id,
        all=principal.may("view_all_cases", None),
        unassigned=principal.may("assign_case", None),
    )


def opened(principal: Principal, suggested: frozenset[int]) -> Sight:
    """For opening a case: `suggested` are those that the number of his call suggests."""
    seen = sight(principal)
    return seen if seen.user_id is None else replace(seen, also=suggested)


def check_wish(principal: Principal, wish: Collection[str]) -> None:
    """Whether he may ask for a change of these. Raises MhudError FORBIDDEN."""
    rights = {"escalate_case" if name == "escalation" else "update_case" for name in wish}
    for right in sorted(rights):
        if not principal.may(right, None):
            raise forbidden(right)


def check_update(principal: Principal, case: Case, new: Mapping[str, Any]) -> None:
    """Whether he may make these changes to a case that he sees. Raises MhudError FORBIDDEN."""
    if "assigned_user_id" in new:
        check_assignment(principal, case.assigned_user_id, new["assigned_user_id"])
    mine = principal.user_id in (case.created_by, case.assigned_user_id)
    takes = new.get("assigned_user_id") == principal.user_id
    if new and not (mine or takes or principal.may("view_all_cases", None)):
        raise MhudError(
            Code.FORBIDDEN, "this case is not yours: you may read it and add notes to it"
        )


def check_assignment(principal: Principal, before: int | None, after: int | None) -> None:
    """Who sees all cases assigns to anybody; others take one that nobody has.

    Raises MhudError FORBIDDEN.
    """
    if not principal.may("assign_case", None):
        raise forbidden("assign_case")
    takes = before is None and after == principal.user_id
    if not takes and not principal.may("view_all_cases", None):
        raise MhudError(
            Code.FORBIDDEN, "you may take a case that nobody is assigned, and assign nobody else"
        )


def call_in_hand(live: LiveState, principal: Principal) -> Call | None:
    """The call that his agent talks in, or writes up until his wrap-up ends."""
    agent = live.agents.get(principal.agent_id or "")
    if agent is None:
        return None
    if agent.call_id is not None:
        call = live.calls.get(agent.call_id)
        return call if call is not None and _talks(call, agent) else None
    return _written_up(live, agent) if agent.status is AgentStatus.WRAP_UP else None


def number_of(call: Call) -> str | None:
    """The other party's, as Asterisk gave it; None between colleagues."""
    if call.direction is Direction.INBOUND:
        return call.caller_id
    return call.destination if call.direction is Direction.OUTBOUND else None


def _talks(call: Call, agent: Agent) -> bool:
    """A supervisor who listens does not."""
    return any(talk.agent_id == agent.id and talk.ended_at is None for talk in call.talks)


def _written_up(live: LiveState, agent: Agent) -> Call | None:
    """Of all in memory, the one in which he talked last; it may go on with somebody else."""
    talked = [
        (talk.ended_at, call)
        for call in (*live.ended.values(), *live.calls.values())
        for talk in call.talks
        if talk.agent_id == agent.id and talk.ended_at is not None
    ]
    return max(talked, key=lambda pair: pair[0])[1] if talked else None
