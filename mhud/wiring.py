"""Builds the services, each from what it needs. Nothing runs yet."""

from __future__ import annotations

import asyncio
from functools import partial

from mhud.ami.link import AmiLink
from mhud.ami.trace import TraceWriter
from mhud.clock import Clock
from mhud.config import Settings
from mhud.doctor.examine import examine
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.feeds.webhook_outbox import Outbox
from mhud.inbox import Inbox
from mhud.live.figures import Figures
from mhud.live.state import LiveState
from mhud.numbers import Numbers
from mhud.pump import Pump
from mhud.services import Services
from mhud.services.access import Access
from mhud.services.agents import Agents
from mhud.services.attachments import Attachments
from mhud.services.callers import callers_of
from mhud.services.calls import Calls
from mhud.services.case_views import CaseViews
from mhud.services.cases import Cases
from mhud.services.checkup import Checkup
from mhud.services.client_desk import ClientDesk
from mhud.services.contact_desk import ContactDesk
from mhud.services.control import Control
from mhud.services.invitation_mail import InvitationMail
from mhud.services.login_sessions import heed_calls
from mhud.services.otp import Otp
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


async def build_services(
    settings: Settings, clock: Clock, db: Database, trace: TraceWriter | None = None
) -> Services:
    numbers, bus, trail, ledger, link, pump = await _base(settings, clock, db, trace)
    calls, targets = Calls(settings, clock, pump, link, db, trail), Targets(settings, pump, link)
    access, otp, cases = await _people(settings, clock, db, pump.live, trail, numbers)
    control, supervision = _over_calls(settings, clock, pump, link, calls, targets, trail)
    desk = access, calls, cases, supervision, trail, numbers
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
        steering=Steering(settings, clock, pump, link, control, targets, trail),
        phones=Phones(settings, pump, link, access, control, targets, trail),
        supervision=supervision,
        cases=cases,
        case_views=CaseViews.over(db, clock, settings.timezone, cases.words, trail),
        contacts=ContactDesk.open(db, bus, clock, *desk),
        attachments=await Attachments.open(settings, clock, db, cases, trail),
        recordings=await Recordings.open(settings, clock, db, trail, lambda: ledger.last_seq),
        retention=Retention(settings, clock, db, numbers, trail),
        reports=await ReportDesk.open(settings, clock, db, access, trail, otp.courier, pump.live),
        checkup=Checkup(clock, partial(examine, settings, clock)),
        usage=KeyUsage(db, clock, settings.timezone),
        webhooks=_webhooks(settings, clock, db, bus, ledger, trail),
    )


def _over_calls(
    settings: Settings,
    clock: Clock,
    pump: Pump,
    link: AmiLink,
    calls: Calls,
    targets: Targets,
    trail: Trail,
) -> tuple[Control, Supervision]:
    control = Control(settings, pump, link, calls)
    return control, Supervision(settings, clock, pump, link, calls, control, targets, trail)


async def _people(
    settings: Settings, clock: Clock, db: Database, live: LiveState, trail: Trail, numbers: Numbers
) -> tuple[Access, Otp, Cases]:
    access = await Access.open(db, clock, settings)
    heed_calls(access, live)
    cases = await Cases.open(settings, clock, db, live, access, trail, numbers)
    return access, Otp.open(settings, access, numbers), cases


def _webhooks(
    settings: Settings, clock: Clock, db: Database, bus: Bus, ledger: Ledger, trail: Trail
) -> Webhooks:
    outbox = Outbox(db, ledger, bus, clock, settings.webhooks)
    return Webhooks(settings, clock, db, ledger, outbox, trail)


async def _base(
    settings: Settings, clock: Clock, db: Database, trace: TraceWriter | None
) -> tuple[Numbers, Bus, Trail, Ledger, AmiLink, Pump]:
    """What the others stand on."""
    live, numbers = LiveState(settings.timezone), Numbers(settings.helpline.region)
    bus, inbox, trail = Bus(), Inbox(), Trail(db, clock)
    ledger = await _ledger(settings, clock, db, bus, live, numbers)
    link = AmiLink(settings.ami, clock, inbox, trace)
    pump = Pump(live, inbox, clock, ledger.publish, link.resync)
    return numbers, bus, trail, ledger, link, pump


async def _ledger(
    settings: Settings, clock: Clock, db: Database, bus: Bus, live: LiveState, numbers: Numbers
) -> Ledger:
    def figures(queue_id: str) -> Figures | None:
        return live.figures(queue_id) if queue_id in live.queues else None

    callers = await asyncio.to_thread(callers_of, settings.data_dir, numbers)
    return await Ledger.open(
        db, bus, clock, settings.feeds, settings.timezone, figures, numbers, callers
    )
