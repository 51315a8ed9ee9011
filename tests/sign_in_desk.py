"""A house whose messages a postman carries, so that a test reads each person's codes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mhud.config import OtpSettings
from mhud.messages.courier import Courier
from mhud.messages.message import Kind, Message
from mhud.numbers import Numbers
from mhud.services import Services
from mhud.services.otp import Otp
from mhud.services.people import Person, add_person
from mhud.store.users import UserRepository
from tests.fake_clock import FakeClock, eventually
from tests.houses import PASSWORD, House, house

JOHN = "john@helpline.org"
PHONE = "+254711000111"
IP = "192.0.2.1"


@dataclass
class Postman:
    """Carries everything at once, unless `gate` is closed."""

    carried: list[Message] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def carry(self, message: Message) -> None:
        if self.gate is not None:
            await self.gate.wait()
        self.carried.append(message)

    def codes(self, to: str) -> list[str]:
        """What one recipient was told, oldest first."""
        texts = [one.text for one in self.carried if one.to == to]
        return [re.findall(r"\b\d{6}\b", text)[0] for text in texts]


@dataclass
class SignInDesk:
    """`services` with an OTP service whose courier runs."""

    services: Services
    clock: FakeClock
    postman: Postman
    house: House

    @property
    def otp(self) -> Otp:
        return self.services.otp

    async def asked(self, address: str = JOHN, kind: Kind = "email", ip: str = IP) -> None:
        """A code was asked for, and whatever follows has happened."""
        await self.otp.send(kind, address, ip)
        await self.carried()

    async def carried(self) -> None:
        """Nobody waits in the line, and all that was made has been written."""
        await eventually(lambda: not self.otp.courier.waiting)
        async with self.services.db.write():  # the last that was taken has had its turn
            pass
        for _ in range(3):
            async with self.services.db.read():
                pass

    async def code(self, address: str = JOHN, kind: Kind = "email", ip: str = IP) -> str:
        """Asked for, and read by its recipient."""
        before = len(self.postman.carried)
        await self.otp.send(kind, address, ip)
        await eventually(lambda: len(self.postman.carried) > before)
        return self.postman.codes(self.otp.normal(kind, address))[-1]


@asynccontextmanager
async def sign_in_desk(
    folder: Path,
    clock: FakeClock | None = None,
    kinds: tuple[Kind, ...] = ("email", "phone"),
    **otp: Any,
) -> AsyncIterator[SignInDesk]:
    """`otp` are its settings. John is an operator with an e-mail address and a phone."""
    async with house(folder, clock) as home:
        access, postman = home.services.access, Postman()
        if "operator_john" not in access.known.names:
            await add_john(home)
        courier = Courier(dict.fromkeys(kinds, postman), home.clock, 0)
        settings = OtpSettings.model_validate(otp)
        service = Otp(settings, "Nairobi Helpline", access, Numbers("KE"), courier)
        work = asyncio.create_task(courier.run())
        try:
            yield SignInDesk(replace(home.services, otp=service), home.clock, postman, home)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


async def add_john(home: House) -> None:
    john = Person(
        username="operator_john",
        name="John Otieno",
        role="operator",
        email="John@Helpline.org",
        password=PASSWORD,
    )
    user = await add_person(home.services.access, john)
    async with home.services.db.write() as tx:
        await UserRepository(tx).change(user.id, phone=PHONE)
    await home.services.access.reload()
