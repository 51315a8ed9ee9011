"""Whom the demo's helpline helps: invented people, who call now and then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from mhud.config import Settings
from mhud.numbers import Numbers
from mhud.sim.demo_world import caller_number
from mhud.store.client_sessions import ClientSession, ClientSessionRepository
from mhud.store.clients import Client, ClientRepository, PhoneNumber
from mhud.store.database import Tx

PRINTED_ID = "client001"
PRINTED_CONTACT = datetime(2023, 3, 1, 15, 30, tzinfo=UTC)
JOHN = 5  # by the order of demo_data.PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    id: str
    name: str
    phone: str
    email: str | None = None
    born: str | None = None
    gender: str = "unknown"
    location: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()


# Who calls the demo has a number of the same range: some of them are known.
STORIES = (
    Story(
        id=PRINTED_ID,
        name="John Doe",
        phone="+1234567890",
        email="john.doe@example.com",
        gender="male",
        notes="Calls in the evening. Prefers to be called John.",
        tags=("anxiety",),
    ),
    Story(
        id="client002",
        name="Doe, John Kamau",
        phone="+44 7700 900003",
        gender="male",
        location="Nakuru",
    ),
    Story(id="client003", name="Johnny Doe", phone="0722 000 111", born="2012-02-29"),
    Story(
        id="client004",
        name="Wanjikũ Ng'ang'a",
        phone="+44 7700 900007",
        gender="female",
        location="Nyeri",
        notes="Shares the phone with her brother.",
    ),
    Story(
        id="client005",
        name="Peter Ng'ang'a",
        phone="+44 7700 900007",
        gender="male",
        location="Nyeri",
    ),
    Story(
        id="client006", name="Mercy N.", phone="+44 7700 900011", gender="female", born="2009-08-14"
    ),
    Story(
        id="client007",
        name="Faith Achieng",
        phone="+44 7700 900017",
        gender="female",
        location="Kisumu",
    ),
    Story(
        id="client008",
        name="Yusuf Abdi",
        phone="+44 7700 900023",
        gender="male",
        tags=("first-time-caller",),
    ),
)


FIRST = ("Amina", "Brian", "Caroline", "David", "Esther", "Farah", "Grace", "Irene", "James")
LAST = ("Achieng", "Barasa", "Chebet", "Hassan", "Kiprono", "Muthoni", "Njoroge", "Odhiambo")
REGULARS = 60


def _regulars() -> Iterator[Story]:
    """Of each twenty calls to the demo about one comes from them."""
    random = Random(11)  # noqa: S311 - the same people at each start
    for place in range(REGULARS):
        yield Story(
            id=f"client{len(STORIES) + place + 1:03}",
            name=f"{random.choice(FIRST)} {random.choice(LAST)}",
            phone=caller_number(random),
        )


async def seed_clients(tx: Tx, settings: Settings, now: datetime) -> None:
    """Once: who is there stays as he is."""
    repository = ClientRepository(tx)
    if await repository.get(PRINTED_ID) is not None:
        return
    numbers = Numbers(settings.helpline.region)
    for place, story in enumerate((*STORIES, *_regulars())):
        contact = PRINTED_CONTACT if not place else now - timedelta(days=place, hours=place)
        await repository.add(_client(story, numbers, contact))
        await ClientSessionRepository(tx).add(_session(story, place, contact))


def _client(story: Story, numbers: Numbers, contact: datetime) -> Client:
    return Client(
        id=story.id,
        name=story.name,
        phones=(PhoneNumber(story.phone, numbers.key(story.phone)),),
        email=story.email,
        date_of_birth=story.born,
        gender=story.gender,
        location=story.location,
        notes=story.notes,
        tags=story.tags,
        created_by=JOHN,
        created_at=contact - timedelta(days=30),
        updated_at=contact,
        last_contact=contact,
    )


def _session(story: Story, place: int, contact: datetime) -> ClientSession:
    return ClientSession(
        id=f"session{place + 1:03}",
        client_id=story.id,
        agent_id="agent002",
        session_type="support",
        notes="A first talk.",
        priority="medium",
        status="completed",
        start_time=contact - timedelta(minutes=20),
        end_time=contact,
        created_by=JOHN,
    )
