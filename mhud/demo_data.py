"""Who works at the demo's helpline, and what happened there before you came."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from mhud.clock import Clock
from mhud.config import Settings
from mhud.demo_calls import seed_calls
from mhud.demo_cases import seed_cases
from mhud.demo_clients import seed_clients
from mhud.demo_contacts import seed_contacts
from mhud.demo_reports import seed_reports
from mhud.feeds.contacts import keep_contacts
from mhud.feeds.records import call_row
from mhud.live.model import (
    Call,
    CallStatus,
    Direction,
    EndReason,
    Outcome,
    Talk,
    Visit,
)
from mhud.numbers import Numbers
from mhud.services.access import Access
from mhud.services.callers import callers_of
from mhud.services.keys import KeyWish, add_key, revoke_key
from mhud.services.people import Person, Phone, add_person, set_password
from mhud.sim.demo_world import AGENTS
from mhud.store.calls import save_calls
from mhud.store.database import Database

KEY_NAME = "demo"
PHONES = {one.agent_id: one for one in AGENTS}


@dataclass(frozen=True, slots=True)
class Worker:
    username: str
    name: str
    role: str
    email: str
    agent_id: str | None = None
    mobile: str | None = None
    addresses: tuple[str, ...] = ()


# The order gives the ids: operator_john is 5, case_manager_maria 8, as the documents print them.
PEOPLE = (
    Worker("admin_alice", "Alice Mutua", "admin", "alice@example.org"),
    Worker("jsmith", "Jane Smith", "supervisor", "jane.smith@example.org", "agent001"),
    Worker("supervisor_jane", "Jane Njeri", "supervisor", "jane@example.org"),
    Worker("gwanjiru", "Grace Wanjiru", "operator", "grace@example.org", "agent003"),
    Worker(
        "operator_john",
        "John Otieno",
        "operator",
        "john@helpline.org",
        "agent002",
        "+254712000105",
        ("user@example.com",),
    ),
    Worker("pmwangi", "Peter Mwangi", "operator", "peter@example.org", "agent004"),
    Worker("ahassan", "Amina Hassan", "operator", "amina@example.org", "agent005"),
    Worker("case_manager_maria", "Maria Atieno", "case_manager", "maria@example.org"),
    Worker("dkiptoo", "Daniel Kiptoo", "operator", "daniel@example.org", "agent006"),
    Worker("lachieng", "Lucy Achieng", "operator", "lucy@example.org", "agent007"),
    Worker("bnjoroge", "Brian Njoroge", "operator", "brian@example.org", "agent008"),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Made anew at each start. `passwords` by username."""

    api_key: str = field(repr=False)
    passwords: dict[str, str] = field(repr=False)


async def seed(settings: Settings, clock: Clock, *, has_past: bool = True) -> Credentials:
    """Fills an empty data directory; in a filled one only passwords and the key are new.

    Without a past nobody called yet, and nobody has written anything.
    """
    db = await Database.of(settings)
    try:
        access = await Access.open(db, clock, settings)
        passwords = {worker.username: secrets.token_urlsafe(12) for worker in PEOPLE}
        for worker in PEOPLE:
            await _worker(access, worker, passwords[worker.username])
        if any(key.name == KEY_NAME for key in access.known.keys.values()):
            await revoke_key(access, KEY_NAME)
        wish = KeyWish(name=KEY_NAME, rights=("all",), tier="enterprise:100000")
        key = await add_key(access, wish, None)
        if has_past:
            await _past(db, settings, clock, access)
        await access.close()
        return Credentials(key.secret, passwords)
    finally:
        await db.close()


async def _past(db: Database, settings: Settings, clock: Clock, access: Access) -> None:
    await _yesterday(db, settings, clock)
    names = {user.id: user.username for user in access.known.users.values()}
    callers = callers_of(settings.data_dir, Numbers(settings.helpline.region))
    async with db.write() as tx:
        await seed_calls(tx, settings, clock.now(), callers)
        await seed_clients(tx, settings, clock.now())
        await seed_cases(tx, settings, clock.now(), names)
        await seed_contacts(tx, settings, clock.now())
        supervisor = access.known.names["supervisor_jane"]
        await seed_reports(tx, settings, clock.now(), supervisor.id)


async def _worker(access: Access, worker: Worker, password: str) -> None:
    if worker.username in access.known.names:
        await set_password(access, worker.username, password)
        return
    phone = None
    if worker.agent_id is not None:
        at = PHONES[worker.agent_id]
        phone = Phone(
            agent_id=at.agent_id,
            interface=at.interface,
            extension=at.extension,
            queues=at.queues,
        )
    person = Person(
        username=worker.username,
        name=worker.name,
        role=worker.role,
        email=worker.email,
        mobile=worker.mobile,
        addresses=worker.addresses,
        password=password,
        phone=phone,
    )
    await add_person(access, person)


async def _yesterday(db: Database, settings: Settings, clock: Clock) -> None:
    """The ended call that the documents speak of."""
    began = clock.now().replace(microsecond=0) - timedelta(days=1)
    answered, ended = began + timedelta(seconds=75), began + timedelta(seconds=615)
    call = Call(
        id="call789012",
        linkedids=("demo-789012",),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=began,
        answer_time=answered,
        end_time=ended,
        end_reason=EndReason.COMPLETED,
        caller_id="+1234567890",
        destination="116123",
        agent_id="agent001",
        queue_id="support",
        ivr_path="main/support",
        visits=(
            Visit(
                queue_id="support",
                joined_at=began,
                left_at=answered,
                outcome=Outcome.ANSWERED,
                agent_id="agent001",
            ),
        ),
        talks=(Talk(agent_id="agent001", began_at=answered, ended_at=ended),),
        variables={"case_id": "case12345"},
    )
    async with db.write() as tx:
        await save_calls(tx, [call_row(call, settings.timezone)])
        await keep_contacts(tx, [call], Numbers(settings.helpline.region))
