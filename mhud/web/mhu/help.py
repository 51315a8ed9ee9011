"""Asking for help: `/agents/{agent_id}/help`. What agents ask stands in every list of agents."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from mhud.feeds.objects import help_object
from mhud.live.model import Agent
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import HelpObject

OWN_OR_MANAGED = ("receive_calls", "manage_agents")


class HelpState(BaseModel):
    """`help` is null when nobody asks."""

    success: Literal[True] = True
    agent_id: str
    help: HelpObject | None


@mhu.post("/agents/{agent_id}/help", right=OWN_OR_MANAGED, bucket="command")
async def ask_for_help(ctx: Context, agent_id: str) -> HelpState:
    """Asks for help, in a call or not; asked again, nothing changes. It ends when he goes offline.

    Told by `agent.help_requested`. Works without a link to Asterisk.
    """
    return _state(await ctx.services.supervision.help.ask(ctx.principal, agent_id))


@mhu.post("/agents/{agent_id}/help/answer", right="manage_agents", bucket="command")
async def answer_help(ctx: Context, agent_id: str) -> HelpState:
    """Says that you come: the first who does. Told by `agent.help_answered`."""
    return _state(await ctx.services.supervision.help.answer(ctx.principal, agent_id))


@mhu.post("/agents/{agent_id}/help/end", right=OWN_OR_MANAGED, bucket="command")
async def end_help(ctx: Context, agent_id: str) -> HelpState:
    """No help is needed any more: said by who asked or who came. Told by `agent.help_ended`."""
    return _state(await ctx.services.supervision.help.end(ctx.principal, agent_id))


def _state(agent: Agent) -> HelpState:
    return HelpState.model_validate({"agent_id": agent.id, "help": help_object(agent.help)})
