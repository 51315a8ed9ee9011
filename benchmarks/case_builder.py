"""A helpline's database with as many cases as wanted: seeded, within minutes, from no real story.

    python -m benchmarks.case_builder DIRECTORY [COUNT] [plain]

Cases spread evenly over two years before END. Of the 33 words of each one in five is common: half
of the cases have `child`, a quarter has `mother`. A rare word is in about one case of 4 400. Who
created a case, and who is assigned it, is one of 120 people; the open ones are nobody's.
"""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from time import monotonic

from benchmarks.common import say
from mhud.config import IsolatedSettings
from mhud.store import driver
from mhud.store.database import Database

END = datetime(2025, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
PEOPLE = 120
COMMON = re.findall(
    r"\w+",
    """child school family mother father home neighbour teacher help safe afraid alone night brother
    sister uncle aunt village police clinic food hungry hurt hit angry crying left money work fees
    uniform sick fever hospital medicine water rain road market church friend phone message called
    again week month yesterday morning evening before after during because together visited spoke
    listened counsellor referred followed reported concern support needs shelter grandmother baby
    girl boy class exam bullying shouting drinking marriage pregnant missing found returned talked
    """,
)
SYLLABLES = re.findall(r"\w+", "ka mu wa ji nga ro si tu be lo ndu ki pa ya me za ti fo")
RARE = [a + b + c + d for a in SYLLABLES[:9] for b in SYLLABLES for c in SYLLABLES for d in "nrs"]
USUAL = [a + b + c for a in SYLLABLES[9:] for b in SYLLABLES for c in SYLLABLES[:6]]
WORDS = COMMON + USUAL
WEIGHTS = list(accumulate([*(1 / (3 + n) for n in range(len(COMMON))), *[0.014] * len(USUAL)]))
STATUS = ("open", "assigned", "in_progress", "resolved", "closed")
PRIORITY = ("low", "medium", "high", "critical")
CATEGORY = ("abuse", "neglect", "education", "health", "mental_health", None)
DONE = frozenset(STATUS[3:])
RARE_WORD, COMMON_WORDS, PREFIX, PHRASE = RARE[7], "mother school", "scho*", '"left home"'
INSERT = (
    "INSERT INTO cases (case_number, title, description, category, priority, status,"
    " reporter_name, reporter_phone, reporter_phone_key, child_name, child_age, child_location,"
    " assigned_user_id, created_by, created_at, updated_at, resolved_at, version)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ACTIVITY = (
    "INSERT INTO activities (case_id, activity_type, description, new_value, user_id, user_name,"
    " created_at) SELECT id, 'status_change', 'Case created', 'open', created_by,"
    " 'person' || created_by, created_at FROM cases"
)


def words(dice: random.Random, count: int, weights: list[float]) -> str:
    said = dice.choices(WORDS, cum_weights=weights, k=count)
    said[dice.randrange(count)] = dice.choice(RARE)
    return " ".join(said)


def rows(count: int, people: list[int], seed: int) -> Iterator[tuple[object, ...]]:
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for number in range(count):
        made = END - SPAN + SPAN * number / count
        status = dice.choices(STATUS, (8, 7, 10, 25, 50))[0]
        done = made + timedelta(seconds=dice.randrange(600, 900_000))
        phone = f"+2547{dice.randrange(10**8):08d}"
        yield (
            f"CASE-{made.year}-{number:07d}",
            words(dice, 5, WEIGHTS).capitalize(),
            words(dice, 28, WEIGHTS).capitalize(),
            dice.choices(CATEGORY, (30, 20, 15, 15, 12, 8))[0],
            dice.choices(PRIORITY, (25, 45, 22, 8))[0],
            status,
            dice.choice(RARE).capitalize(),
            phone,
            phone,
            dice.choice(RARE).capitalize(),
            dice.randrange(18),
            dice.choice(RARE).capitalize(),
            None if status == "open" else dice.choice(people),
            dice.choice(people),
            _text(made),
            _text(done if status in DONE else made),
            _text(done) if status in DONE else None,
            1,
        )


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.000000")


def fill(connection: sqlite3.Connection, count: int, seed: int = 1) -> None:
    """Without triggers and indexes, which are put back and caught up at the end."""
    kept = "SELECT sql, type, name FROM sqlite_master WHERE tbl_name = 'cases' AND sql IS NOT NULL"
    later = [row for row in connection.execute(kept) if row[1] in {"trigger", "index"}]
    for _, kind, name in later:
        connection.execute(f"DROP {kind} {name}")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")
    connection.executemany(INSERT, rows(count, _people(connection), seed))
    connection.execute(ACTIVITY)
    connection.execute("COMMIT")
    for sql, _, _ in sorted(later, key=lambda row: row[1]):  # indexes first
        connection.execute(sql)
    catch_up(connection)
    connection.execute("ANALYZE")


def catch_up(connection: sqlite3.Connection) -> None:
    """As the triggers would have counted and indexed."""
    connection.execute("BEGIN")
    connection.execute("INSERT INTO cases_fts (cases_fts) VALUES ('rebuild')")
    for length in (10, 7, 0):
        connection.execute(
            "INSERT INTO case_tallies SELECT substr(created_at, 1, ?), status, priority,"
            " coalesce(category, ''), count(*) FROM cases GROUP BY 1, 2, 3, 4",
            (length,),
        )
        connection.execute(
            "INSERT INTO case_resolutions SELECT substr(resolved_at, 1, ?), count(*),"
            " sum(max(0, strftime('%s', resolved_at) - strftime('%s', created_at)))"
            " FROM cases WHERE resolved_at IS NOT NULL GROUP BY 1",
            (length,),
        )
    connection.execute("COMMIT")


def _people(connection: sqlite3.Connection) -> list[int]:
    made = _text(END - SPAN)
    for number in range(PEOPLE):
        role = ("supervisor", "case_manager", "operator")[number % 3]
        connection.execute(
            "INSERT INTO users (username, name, role, credential_version, disabled, queues, skills,"
            " created_at) VALUES (?, ?, ?, 1, 0, '[]', '{}', ?)",
            (f"{role}{number // 3}", f"Person {number}", role, made),
        )
    return [row[0] for row in connection.execute("SELECT id FROM users WHERE name LIKE 'Person%'")]


def settings(directory: Path, *, plain: bool) -> IsolatedSettings:
    encryption = {"store": {"encryption": "off"}} if plain else {}
    return IsolatedSettings.model_validate({"data_dir": directory, **encryption})


async def build(directory: Path, count: int, *, plain: bool) -> Path:
    """The database's file."""
    began = monotonic()
    db = await Database.of(settings(directory, plain=plain))
    path, key = db.path, db.key
    await db.close()
    with closing(driver.connect(path, key)) as connection:
        fill(connection, count)
    took = round(monotonic() - began, 1)
    say("built", cases=count, encrypted=not plain, s=took, mb=round(path.stat().st_size / 1e6))
    return path


if __name__ == "__main__":
    asyncio.run(
        build(
            Path(sys.argv[1]),
            int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000,
            plain="plain" in sys.argv,
        )
    )
