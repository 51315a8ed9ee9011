"""Who has which phone and serves which queues: `/agents/roster`, and changes of `/agents`."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from mhud.live.model import AgentStatus
from mhud.services import staffing
from mhud.services.staffing import Post
from mhud.web.context import Context
from mhud.web.fields import Ident, UserId
from mhud.web.mhu.dialect import mhu
from mhud.web.route import Wire
from mhud.web.versions import versioned

Queues = Annotated[list[Ident], Field(max_length=100)]


class NewAgent(Wire):
    """`user_id` gets a phone; without `interface` it is `PJSIP/<agent_id>`."""

    agent_id: Ident
    user_id: UserId
    interface: Ident | None = None
    extension: Ident | None = None
    queues: Queues = Field(default_factory=list)


class AgentChange(Wire):
    """What is left out stays. `queues` are joined at the next log-in."""

    interface: Ident = Field(default_factory=str)
    extension: Ident | None = None
    queues: Queues = Field(default_factory=list)


class PostObject(BaseModel):
    """A person with a phone. `status` and `device_state` are null until Asterisk was asked.

    `is_active` false: his account is disabled, and he is in no list of agents.
    """

    agent_id: str
    user_id: int
    username: str
    name: str
    role: str
    is_active: bool
    interface: str
    extension: str | None
    queues: list[str]
    skills: dict[str, int]
    status: AgentStatus | None
    device_state: str | None
    version: int


class Roster(BaseModel):
    agents: list[PostObject]
    total: int


class AgentRemoved(BaseModel):
    success: Literal[True] = True
    agent_id: str


@mhu.get("/agents/roster", right="view_users")
async def roster(ctx: Context) -> Roster:
    """Everybody who has a phone, at work or not; by agent id."""
    found = await staffing.posts(ctx.services.access, ctx.services.pump)
    return Roster(agents=[_post(one) for one in found], total=len(found))


@mhu.post("/agents", right="manage_users", status=201)
async def add_agent(ctx: Context, body: NewAgent) -> PostObject | web.Response:
    """Gives a person a phone. 409: he has one, or the id or the phone is another's."""
    phone = body.model_dump(exclude={"user_id"})
    made = await staffing.add(
        ctx.services.access, ctx.services.pump, ctx.principal, body.user_id, phone
    )
    return versioned(_post(made), made.user.version, status=201)


@mhu.put("/agents/{agent_id}", right=("manage_agents", "manage_users"), versions=True)
async def change_agent(ctx: Context, agent_id: str, body: AgentChange) -> PostObject | web.Response:
    """His queues takes `manage_agents`, his phone `manage_users`; another phone only offline.

    Who may do it must have each right that the agent has. Honors If-Match.
    """
    wish = body.model_dump(exclude_unset=True)
    services = ctx.services
    changed = await staffing.change(
        services.access, services.pump, ctx.principal, agent_id, wish, ctx.if_match
    )
    return versioned(_post(changed), changed.user.version)


@mhu.delete("/agents/{agent_id}", right="manage_users")
async def remove_agent(ctx: Context, agent_id: str) -> AgentRemoved:
    """Takes his phone away; the person stays. 409 unless he is offline."""
    await staffing.remove(ctx.services.access, ctx.services.pump, ctx.principal, agent_id)
    return AgentRemoved(agent_id=agent_id)


def _post(post: Post) -> PostObject:
    user, agent = post.user, post.agent
    agent_id = user.agent_id or ""
    return PostObject(
        agent_id=agent_id,
        user_id=user.id,
        username=user.username,
        name=user.name,
        role=user.role,
        is_active=not user.disabled,
        interface=user.interface or f"PJSIP/{agent_id}",
        extension=user.extension,
        queues=list(user.queues),
        skills=dict(user.skills),
        status=agent.status if agent else None,
        device_state=agent.device_state if agent else None,
        version=user.version,
    )
