"""Agent Management of the MHU document."""

from __future__ import annotations

from mhud.feeds.objects import agent_object
from mhud.live.model import Agent, AgentStatus
from mhud.services import Services
from mhud.services.polled import Page
from mhud.services.rights import Principal
from mhud.web.answer import dump
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import (
    AgentList,
    AgentNow,
    AgentObject,
    AgentStatuses,
    StatusChangeBody,
    StatusChanged,
)

_SHOWN_NOW = tuple(AgentNow.model_fields)


@mhu.polled("/agents/status", right="view_agents", answers=AgentStatuses)
def agent_statuses(services: Services, _principal: Principal) -> Page:
    """What every agent does now, and for how long."""

    now, agents = services.pump.live.now, services.agents

    def row(agent: Agent) -> bytes:
        printed = agent_object(agent, now)
        return dump({name: printed[name] for name in _SHOWN_NOW})

    def build() -> bytes:
        return dump({"agents": agents.rows.of(agents.all(), now, row)})

    return agents.polled.get("all", build)


@mhu.put("/agents/{agent_id}/status", right=("receive_calls", "manage_agents"), bucket="command")
async def update_agent_status(ctx: Context, agent_id: str, body: StatusChangeBody) -> StatusChanged:
    """Available, on a break or offline, in all of his queues; in a call, once it is over."""
    change = await ctx.services.agents.set_status(
        ctx.principal, agent_id, AgentStatus(body.status), body.reason_code
    )
    return StatusChanged(
        agent_id=change.agent_id,
        previous_status=change.previous,
        current_status=change.current,
        timestamp=change.at,
        pending_status=change.pending,
    )


@mhu.get("/agents", right="view_agents")
async def all_agents(ctx: Context) -> AgentList:
    """Everybody with a phone, by id."""
    agents = [_agent(ctx, agent) for agent in ctx.services.agents.all()]
    return AgentList(agents=agents, total=len(agents))


@mhu.get("/agents/{agent_id}", right="view_agents")
async def one_agent(ctx: Context, agent_id: str) -> AgentObject:
    """One agent, with today's figures."""
    return _agent(ctx, ctx.services.agents.one(agent_id))


def _object(services: Services, agent: Agent) -> dict[str, object]:
    return agent_object(agent, services.pump.live.now)


def _agent(ctx: Context, agent: Agent) -> AgentObject:
    return AgentObject.model_validate(_object(ctx.services, agent))
