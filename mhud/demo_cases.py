"""What the demo's helpline has on its desks: invented people, none of whom exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from mhud.config import Settings
from mhud.numbers import Numbers
from mhud.services import case_changes
from mhud.services.case_changes import Told
from mhud.services.case_words import Status
from mhud.sim.demo_world import caller_number
from mhud.store.activities import ActivityRepository, Entry
from mhud.store.cases import CaseRepository, Sight
from mhud.store.database import Tx

PRINTED_ID, PRINTED_NUMBER, PRINTED_YEAR = 123, 1234, 2025
JOHN, MARIA, JANE = 5, 8, 3  # by the order of demo_data.PEOPLE
PRINTED: dict[str, Any] = {
    "title": "Child safety concern",
    "description": "Detailed case description...",
    "category": "abuse",
    "subcategory": "physical_abuse",
    "priority": "high",
    "status": "open",
    "reporter_name": "Anonymous",
    "reporter_phone": "+254700123456",
    "reporter_email": "reporter@example.com",
    "reporter_relationship": "neighbor",
    "child_name": "Maria W.",
    "child_age": 12,
    "child_gender": "female",
    "child_location": "Nairobi, Kibera",
    "assigned_user_id": MARIA,
    "ai_transcript": "Transcribed call text...",
    "ai_translation": "Translated text...",
    "ai_risk_level": "high",
    "ai_confidence": 0.94,
    "created_by": JOHN,
    "created_at": datetime(2025, 9, 26, 14, 30, tzinfo=UTC),
    "updated_at": datetime(2025, 9, 26, 15, 45, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class Story:
    """`who`: the child's name, age and gender. `by`: who reported it."""

    title: str
    description: str
    kind: tuple[str, str | None]
    priority: str
    status: str
    who: tuple[str, int, str]
    by: str


STORIES = (
    Story(
        "Boy sleeps at the bus station",
        "A boy has slept behind the ticket office for about a week. He says that he left home "
        "after a quarrel with his uncle, and that he wants to go back to his grandmother.",
        ("family", "runaway"), "high", "in_progress", ("Kevin M.", 13, "male"), "passer-by",
    ),
    Story(
        "Exercise books taken, afraid to go to school",
        "Two older pupils wait for her at the gate. The class teacher has been told once, and "
        "nothing changed. She has stayed at home for four days.",
        ("education", "bullying"), "medium", "assigned", ("Faith A.", 11, "female"), "mother",
    ),
    Story(
        "School fees unpaid since January",
        "The family lost its stall at the market. The child was sent home and looks after two "
        "younger siblings during the day.",
        ("education", "school_fees"), "low", "open", ("Brian O.", 10, "male"), "aunt",
    ),
    Story(
        "Caller does not want to live any more",
        "She spoke for forty minutes. She has no plan for tonight and agreed to be called "
        "tomorrow morning. Her elder sister is with her now.",
        ("mental_health", "suicide_risk"), "critical", "in_progress", ("Mercy N.", 17, "female"),
        "self",
    ),
    Story(
        "Toddler left alone during night shifts",
        "Neighbors hear the child cry from nine in the evening. The father works nights; nobody "
        "has seen the mother since the holidays.",
        ("neglect", "lack_of_care"), "high", "assigned", ("Baby J.", 2, "unknown"), "neighbor",
    ),
    Story(
        "Girl, 14, to be married in August",
        "The dowry is agreed. She told her teacher that she wants to finish school. The chief of "
        "the location has been informed by the teacher.",
        ("exploitation", "child_marriage"), "critical", "assigned", ("Naserian L.", 14, "female"),
        "teacher",
    ),
    Story(
        "Works at a quarry instead of going to school",
        "Several boys carry stones there six days a week. The caller gave the name of the owner.",
        ("exploitation", "child_labor"), "high", "open", ("Samuel K.", 12, "male"), "passer-by",
    ),
    Story(
        "Bruises seen at the clinic",
        "The nurse saw older and newer marks on both arms. The stepmother said that he fell. The "
        "boy did not speak while she was in the room.",
        ("abuse", "physical_abuse"), "high", "in_progress", ("Elijah W.", 8, "male"), "nurse",
    ),
    Story(
        "Threatened with pictures in a chat group",
        "Somebody whom she met in a game asks for money, and says that he will send her pictures "
        "to her class. She has saved the messages.",
        ("abuse", "online_abuse"), "high", "assigned", ("Aisha H.", 15, "female"), "self",
    ),
    Story(
        "Where can she deliver safely?",
        "She is in her seventh month and has not been to a clinic. She asked what it costs and "
        "whether her parents have to sign.",
        ("health", "pregnancy"), "medium", "resolved", ("Joyce T.", 16, "female"), "self",
    ),
    Story(
        "Cannot sleep since the funeral",
        "His father died in March. He has stopped playing football and asks for somebody of his "
        "own age to talk to.",
        ("mental_health", "grief"), "medium", "in_progress", ("Dennis R.", 14, "male"), "self",
    ),
    Story(
        "Wheelchair broken, no way to school",
        "The rear axle broke on the road to Athi River. The school would take her; the bus would "
        "not.",
        ("health", "disability"), "low", "resolved", ("Lilian C.", 9, "female"), "father",
    ),
    Story(
        "Missing since Saturday's market",
        "Last seen at four in the afternoon near the matatu stage, in a blue school sweater. The "
        "police have a report; the family asks what else they can do.",
        ("family", "missing_child"), "critical", "resolved", ("Peter G.", 7, "male"),
        "grandmother",
    ),
    Story(
        "Father drinks, children hide at night",
        "The children sleep at the caller's house when he comes home. Their mother wants advice "
        "before she goes to the police.",
        ("family", "domestic_violence"), "high", "closed", ("Two siblings", 6, "other"),
        "neighbor",
    ),
    Story(
        "Asks for the opening hours of the shelter",
        "A social worker in Machakos wanted to know whether there is a free bed, and which papers "
        "are needed.",
        ("information", None), "low", "closed", ("", 0, ""), "social worker",
    ),
    Story(
        "Cuts on her arms, told only her friend",
        "The friend promised not to tell and now cannot sleep. Agreed that both call together on "
        "Thursday after school.",
        ("mental_health", "self_harm"), "high", "assigned", ("Sharon B.", 15, "female"), "friend",
    ),
    Story(
        "Glue in front of the bakery",
        "A group of five, the youngest about nine. They come when the night guard leaves.",
        ("health", "substance_use"), "medium", "open", ("Name not known", 9, "male"),
        "shopkeeper",
    ),
    Story(
        "Told every day that he is worth nothing",
        "He stutters more since he lives with his cousin's family. The teacher would like to "
        "know how to begin to talk with them.",
        ("abuse", "emotional_abuse"), "medium", "closed", ("Joseph N.", 9, "male"), "teacher",
    ),
)  # fmt: skip
PLACES = (
    "Nairobi, Kibera", "Nairobi, Mathare", "Kisumu, Nyalenda", "Mombasa, Likoni", "Nakuru, Bondeni",
    "Machakos", "Eldoret, Langas", "Garissa", "Kitui", "Kajiado, Bisil",
)  # fmt: skip
OPERATORS = (5, 4, 6, 7, 9)


@dataclass(frozen=True, slots=True)
class Past:
    user_id: int
    told: Told
    at: datetime


PRINTED_HISTORY = (
    Past(JOHN, case_changes.created(Status.OPEN), PRINTED["created_at"]),
    Past(
        MARIA,
        case_changes.note("Initial assessment completed"),
        datetime(2025, 9, 26, 15, 30, tzinfo=UTC),
    ),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """The transaction that fills it. `names` are usernames by id."""

    tx: Tx
    settings: Settings
    numbers: Numbers
    names: Mapping[int, str]

    async def put(self, values: Mapping[str, Any], told: Iterable[Past]) -> None:
        """A case with its history."""
        key = self.numbers.key(values["reporter_phone"])
        case_id = await CaseRepository(self.tx).add({**values, "reporter_phone_key": key})
        await ActivityRepository(self.tx).add_all([self._entry(case_id, one) for one in told])

    async def number(self, created: datetime) -> str:
        year = created.astimezone(self.settings.timezone).year
        number = await CaseRepository(self.tx).next_number(year)
        return self.settings.cases.number(year, number)

    def _entry(self, case_id: int, past: Past) -> Entry:
        return Entry(
            case_id=case_id,
            activity_type=past.told.activity_type.value,
            description=past.told.description,
            previous_value=past.told.previous_value,
            new_value=past.told.new_value,
            user_id=past.user_id,
            user_name=self.names[past.user_id],
            created_at=past.at,
        )


async def seed_cases(tx: Tx, settings: Settings, now: datetime, names: Mapping[int, str]) -> None:
    """Case 123 as it is printed, and two for each story; nothing where it is there already."""
    everything = Sight(user_id=None, all=True)
    if await CaseRepository(tx).opened(PRINTED_ID, everything) is not None:
        return
    desk = Desk(tx, settings, Numbers(settings.helpline.region), names)
    await CaseRepository(tx).count_from(PRINTED_YEAR, PRINTED_NUMBER)
    number = settings.cases.number(PRINTED_YEAR, PRINTED_NUMBER)
    await desk.put({"id": PRINTED_ID, "case_number": number, **PRINTED}, PRINTED_HISTORY)
    random = Random(7)  # noqa: S311 - the same desks at each start
    for values in sorted(_all(now, random), key=lambda case: case["created_at"]):
        number = await desk.number(values["created_at"])
        await desk.put({**values, "case_number": number}, _history(values, names))


def _all(now: datetime, random: Random) -> Iterator[dict[str, Any]]:
    for turn in range(2):
        for story in STORIES:
            ago = timedelta(days=random.randrange(1 + turn * 20, 20 + turn * 60))
            created = now - ago - timedelta(minutes=random.randrange(1440))
            yield _case(story, created.replace(microsecond=0), random, older=turn == 1)


def _case(story: Story, created: datetime, random: Random, *, older: bool) -> dict[str, Any]:
    """Older ones are done, but for the critical."""
    name, age, gender = story.who
    done = older and story.priority != "critical"
    status = Status.CLOSED if done else Status(story.status)
    is_done = status in (Status.RESOLVED, Status.CLOSED)
    changed = created + timedelta(minutes=random.randrange(30, 1200))
    return {
        "title": story.title,
        "description": story.description,
        "category": story.kind[0],
        "subcategory": story.kind[1],
        "priority": story.priority,
        "status": status.value,
        "reporter_phone": caller_number(random),
        "reporter_relationship": story.by,
        "child_name": name or None,
        "child_age": age if name else None,
        "child_gender": gender or None,
        "child_location": random.choice(PLACES),
        "assigned_user_id": None if status is Status.OPEN else random.choice((MARIA, MARIA, JOHN)),
        "created_by": random.choice(OPERATORS),
        "created_at": created,
        "updated_at": created if status is Status.OPEN else changed,
        "resolved_at": changed if is_done else None,
    }


def _history(case: Mapping[str, Any], names: Mapping[int, str]) -> Iterator[Past]:
    """As the changes that made it what it is would have told it."""
    yield Past(case["created_by"], case_changes.created(Status.OPEN), case["created_at"])
    who = case["assigned_user_id"]
    if who is None:
        return
    assigned = case_changes.assignment(None, who, lambda user: names[user])
    yield Past(JANE, assigned, case["created_at"])
    begun = case_changes.status_change(Status.OPEN, Status.ASSIGNED)
    yield Past(JANE, begun, case["created_at"])
    if case["status"] != Status.ASSIGNED:
        moved = case_changes.status_change(Status.ASSIGNED, case["status"])
        yield Past(who, moved, case["updated_at"])
