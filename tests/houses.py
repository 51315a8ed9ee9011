"""A whole daemon without a PBX: real store, state, pump, access and web application.

The link is real too, but nobody listens where it would connect to: it stays down unless a test
gives it a (simulated) Asterisk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.config import Settings
from mhud.doctor.examine import examine
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.feeds.webhook_outbox import Outbox
from mhud.inbox import Inbox
from mhud.live.state import LiveState
from mhud.numbers import Numbers
from mhud.pump import Pump
from mhud.services import Services
from mhud.services.access import Access
from mhud.services.agents import Agents
from mhud.services.attachments import Attachments
from mhud.services.calls import Calls
from mhud.services.case_views import CaseViews
from mhud.services.cases import Cases
from mhud.services.checkup import Checkup
from mhud.services.client_desk import ClientDesk
from mhud.services.contact_desk import ContactDesk
from mhud.services.control import Control
from mhud.services.invitation_mail import InvitationMail
from mhud.services.keys import KeyWish, add_key
from mhud.services.login_sessions import heed_calls
from mhud.services.otp import Otp
from mhud.services.people import Person, Phone, add_person
from mhud.services.phones import Phones
from mhud.services.queues import Queues
from mhud.services.recordings import Recordings
from mhud.services.report_desk import ReportDesk
from mhud.services.retention import Retention
from mhud.services.steering import Steering
from mhud.services.supervision import Supervision
from mhud.services.targets import Targets
from mhud.services.trail import Trail
from mhud.services.usage import KeyUsage
from mhud.services.webhooks import Webhooks
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from tests.fake_clock import FakeClock
from tests.sealed_store import KEY

PASSWORD = "seven small lighthouses"
_TABLES: dict[DatabaseKey | None, bytes] = {}


@dataclass(frozen=True, slots=True)
class House:
    """`services` as handlers get them, and a clock whose hands the test turns."""

    services: Services
    clock: FakeClock

    async def key(
        self, *rights: str, tier: str = "enterprise:100000", owner: int | None = None
    ) -> str:
        """A new API key's text; without an owner it acts as a service user."""
        wish = KeyWish(name="of a test", rights=rights or ("all",), tier=tier)
        return (await add_key(self.services.access, wish, owner)).secret

    async def headers(self, *rights: str, **options: Any) -> dict[str, str]:
        return {"X-API-Key": await self.key(*rights, **options)}

    async def person(
        self, username: str = "jane", role: str = "operator", agent_id: str | None = None
    ) -> int:
        """The id of a new user whose password is PASSWORD."""
        phone = Phone(agent_id=agent_id, interface=f"PJSIP/{agent_id}") if agent_id else None
        person = Person(
            username=username, name=username.title(), role=role, password=PASSWORD, phone=phone
        )
        return (await add_person(self.services.access, person)).id


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Nobody listens on port 1."""
    return Settings(**{"data_dir": folder, "ami": {"port": 1, "connect_timeout_s": 0.2}, **changes})


@asynccontextmanager
async def house(
    folder: Path, clock: FakeClock | None = None, **changes: Any
) -> AsyncIterator[House]:
    """`changes` are settings. Nothing runs but the ledger's writer; feed the pump by hand."""
    hands = clock or FakeClock()
    settings = settings_for(folder, **changes)
    db = await _furnished(folder / "mhud.db", KEY if settings.store.encryption == "on" else None)
    services = await services_on(db, settings, hands)
    writer = asyncio.create_task(services.ledger.run())
    try:
        yield House(services, hands)
    finally:
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await services.access.close()
        await db.close()


async def _furnished(path: Path, key: DatabaseKey | None) -> Database:
    """A database whose tables were made once for all tests: migrations have tests of their own."""
    if key not in _TABLES:
        await (await Database.open(path, key)).close()
        _keep_tables(path, key)
    else:
        _lay_tables(path, key)
    return await Database.open(path, key)


def _keep_tables(path: Path, key: DatabaseKey | None) -> None:
    _TABLES[key] = path.read_bytes()


def _lay_tables(path: Path, key: DatabaseKey | None) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_TABLES[key])


async def services_on(db: Database, settings: Settings, clock: Clock) -> Services:
    inbox, bus = Inbox(), Bus()
    numbers = Numbers(settings.helpline.region)
    ledger = await Ledger.open(db, bus, clock, settings.feeds, settings.timezone, numbers=numbers)
    link = AmiLink(settings.ami, clock, inbox)
    pump = Pump(LiveState(settings.timezone), inbox, clock, ledger.publish, link.resync)
    trail = Trail(db, clock)
    calls = Calls(settings, clock, pump, link, db, trail)
    control = Control(settings, pump, link, calls)
    targets = Targets(settings, pump, link)
    access = await Access.open(db, clock, settings)
    heed_calls(access, pump.live)
    cases = await Cases.open(settings, clock, db, pump.live, access, trail, numbers)
    supervision = Supervision(settings, clock, pump, link, calls, control, targets, trail)
    contacts = ContactDesk.open(db, bus, clock, access, calls, cases, supervision, trail, numbers)
    otp = Otp.open(settings, access, numbers)
    outbox = Outbox(db, ledger, bus, clock, settings.webhooks)
    return Services(
        settings=settings,
        numbers=numbers,
        clock=clock,
        pump=pump,
        link=link,
        db=db,
        access=access,
        otp=otp,
        invited=InvitationMail(settings, access, otp.courier),
        ledger=ledger,
        bus=bus,
        calls=calls,
        agents=Agents(settings, clock, pump, link, db),
        queues=Queues(settings, clock, pump, link, db, trail),
        trail=trail,
        clients=ClientDesk.open(settings, db, clock, pump, access, calls, ledger, trail, numbers),
        targets=targets,
        phones=Phones(settings, pump, link, access, control, targets, trail),
        steering=Steering(settings, clock, pump, link, control, targets, trail),
        supervision=supervision,
        cases=cases,
        case_views=CaseViews.over(db, clock, settings.timezone, cases.words, trail),
        contacts=contacts,
        attachments=await Attachments.open(settings, clock, db, cases, trail),
        recordings=await Recordings.open(settings, clock, db, trail, lambda: ledger.last_seq),
        retention=Retention(settings, clock, db, numbers, trail),
        reports=await ReportDesk.open(settings, clock, db, access, trail, otp.courier, pump.live),
        checkup=Checkup(clock, partial(examine, settings, clock)),
        usage=KeyUsage(db, clock, settings.timezone),
        webhooks=Webhooks(settings, clock, db, ledger, outbox, trail),
    )
