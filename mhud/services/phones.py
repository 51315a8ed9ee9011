"""Phones in browsers: whose they are, their secrets, and how a reloaded page gets its call back.

A secret is made for each sign-in of a page, and is worth nothing outside: Asterisk's WebSocket is
on loopback, and mhud's wants the cookie of the same person.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from mhud import ids
from mhud.ami.actions import content
from mhud.ami.link import AmiLink
from mhud.ami.phone_actions import give_secret, phone_option
from mhud.config import Settings
from mhud.errors import Code, MhudError, conflict, forbidden, not_found
from mhud.live.model import Agent
from mhud.pump import Pump
from mhud.services.access import Access
from mhud.services.control import Control
from mhud.services.rejoining import Rejoining
from mhud.services.rights import Principal
from mhud.services.targets import Targets
from mhud.services.telling import refusal
from mhud.services.trail import Trail

SIP = "PJSIP/"
RIGHT = "receive_calls"
SECRET_MS = 2_000
SECRET_BYTES = 32


class Kind(StrEnum):
    BROWSER = "browser"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a page signs its phone in with."""

    agent_id: str
    endpoint: str
    secret: str = field(repr=False)


class Phones:
    def __init__(
        self,
        settings: Settings,
        pump: Pump,
        link: AmiLink,
        access: Access,
        control: Control,
        targets: Targets,
        trail: Trail,
    ) -> None:
        self.settings = settings.phone
        self.rejoining = Rejoining(settings, access.clock, pump, control, targets, trail)
        self._pump = pump
        self._link = link
        self._access = access
        self._trail = trail

    def own(self, principal: Principal) -> Agent:
        """Raises MhudError CONFLICT for who has no phone at all."""
        agent = self._pump.live.agents.get(principal.agent_id or "")
        if agent is None:
            raise conflict("you have no phone", reason="no-phone")
        return agent

    def endpoint(self, principal: Principal) -> str:
        """Of the page of a login session: nothing else that acts as him has a phone.

        Raises MhudError FORBIDDEN, CONFLICT for who has no SIP phone.
        """
        if not principal.login:
            text = "a phone in the browser is for pages with the cookie of a login session"
            raise MhudError(Code.FORBIDDEN, text)
        if not principal.has(RIGHT):
            raise forbidden(RIGHT)
        return _endpoint(self.own(principal))

    def holds(self, principal: Principal, endpoint: str) -> bool:
        """Whether his login session goes on, he may be called, and the phone is still his."""
        now = self._access.current(principal)
        if now is None or not now.has(RIGHT):
            return False
        agent = self._pump.live.agents.get(now.agent_id or "")
        return agent is not None and agent.profile.interface == SIP + endpoint

    async def kind(self, agent_id: str) -> Kind:
        """As Asterisk has it: nobody needs to keep a second list in step.

        Raises MhudError NOT_FOUND, PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        agent = self._pump.live.agents.get(agent_id)
        if agent is None:
            raise not_found("agent", agent_id)
        if not agent.profile.interface.startswith(SIP):
            return Kind.DESK
        try:
            asked = phone_option(_endpoint(agent), "webrtc")
        except MhudError:
            return Kind.DESK  # a name that [phone-secret] would not take
        reply = await self._link.send(asked)
        return Kind.BROWSER if content(reply.fields) == "yes" else Kind.DESK

    async def sign_in(self, principal: Principal) -> Line:
        """A new secret; the one before counts no more. Each may ask for his own phone only.

        Raises MhudError FORBIDDEN, CONFLICT (no phone, a desk phone), SERVICE_UNAVAILABLE when it
        can't be put on record, PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        endpoint = self.endpoint(principal)
        agent_id = self.own(principal).id
        if await self.kind(agent_id) is not Kind.BROWSER:
            raise conflict("your phone is none of a browser", reason="desk-phone")
        await self._trail.record(principal, "phone.sign_in", agent_id, "agent")
        secret = secrets.token_hex(SECRET_BYTES)
        await self._give(endpoint, secret)
        return Line(agent_id=agent_id, endpoint=endpoint, secret=secret)

    async def forget(self, endpoint: str) -> None:
        """The secret that is out there counts no more. Raises MhudError."""
        await self._give(endpoint, secrets.token_hex(SECRET_BYTES))

    async def _give(self, endpoint: str, secret: str) -> None:
        context, errand = self.settings.secret_context, ids.new_errand_id()
        reply = await self._link.send(give_secret(context, endpoint, secret, errand, SECRET_MS))
        if not reply.success:
            raise refusal(reply, "give the phone a secret")


def _endpoint(agent: Agent) -> str:
    interface = agent.profile.interface
    if not interface.startswith(SIP):
        raise conflict("this agent has no SIP phone", agent_id=agent.id, reason="no-phone")
    return interface.removeprefix(SIP)
