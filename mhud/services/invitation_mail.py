"""Links to set a password by, sent by e-mail. Who asks for one is answered at once, and may ask
later how it went.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mhud.config import Settings
from mhud.errors import Code, MhudError, conflict, not_found
from mhud.messages.courier import Courier
from mhud.messages.message import Message
from mhud.services import invitations
from mhud.services.access import Access
from mhud.services.invitations import Invited
from mhud.services.rights import Principal
from mhud.store.users import User

REMEMBERED = 200  # people; the oldest is forgotten
State = Literal["sending", "sent", "failed"]
_PLACEHOLDER = re.compile(r"{(name|organization|link|expires)}")


@dataclass(frozen=True, slots=True)
class Sent:
    """`at`: when it became so. A server that took the mail has not yet brought it."""

    state: State
    at: datetime


class InvitationMail:
    """What is under way, and what became of it: forgotten by a restart, as the mails themselves."""

    def __init__(self, settings: Settings, access: Access, courier: Courier) -> None:
        self._texts = settings.invitations
        self._organization = settings.helpline.organization
        self._zone = settings.timezone
        self._access = access
        self._courier = courier
        self._known: OrderedDict[int, Sent] = OrderedDict()
        self._work: set[asyncio.Task[None]] = set()  # held here, for nobody else may

    def reaches(self, user_id: int) -> bool:
        """Whether there is a mail server, and an address."""
        user = self._access.known.users.get(user_id)
        return self._courier.serves("email") and user is not None and bool(user.email)

    def last(self, user_id: int) -> Sent | None:
        return self._known.get(user_id)

    async def invite(self, user_id: int, who: Principal, base: str) -> Invited:
        """The link is under way. `base`: what it begins with.

        Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT (disabled; no address),
        SERVICE_UNAVAILABLE without a mail server.
        """
        user = self._access.known.users.get(user_id)
        if user is None:
            raise not_found("user", "")
        if not self._courier.serves("email"):
            raise MhudError(Code.SERVICE_UNAVAILABLE, "no mail server is configured here")
        if not user.email:
            raise conflict("this person has no e-mail address", reason="no-email")
        invited = await invitations.invite(self._access, user_id, who, "email")
        letter = self._letter(user, user.email, invited, base)
        self._begin(user_id, letter)
        return invited

    def _begin(self, user_id: int, letter: Message) -> None:
        sending = self._keep(user_id, "sending")
        task = asyncio.ensure_future(self._carry(user_id, sending, letter))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _carry(self, user_id: int, sending: Sent, letter: Message) -> None:
        """The courier's line is bounded, and ends for everybody who waits in it."""

        async def ready() -> Message:
            return letter

        done = await self._courier.deliver("email", ready)
        if self._known.get(user_id) is sending:  # else a newer one is under way
            self._keep(user_id, "sent" if done else "failed")

    def _keep(self, user_id: int, state: State) -> Sent:
        sent = Sent(state, self._access.clock.now())
        self._known[user_id] = sent
        self._known.move_to_end(user_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return sent

    def _letter(self, user: User, to: str, invited: Invited, base: str) -> Message:
        expires = invited.expires_at.astimezone(self._zone)
        filled = {
            "name": user.name,
            "organization": self._organization,
            "link": invitations.link(base, invited.token),
            "expires": f"{expires:%Y-%m-%d %H:%M} ({self._zone.key})",
        }
        texts = self._texts.subject, self._texts.text
        subject, text = (_PLACEHOLDER.sub(lambda at: filled[at[1]], one) for one in texts)
        return Message(kind="email", to=to, subject=subject, text=text)
