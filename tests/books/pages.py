"""Pages of Asterisk's books, as it writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mhud.books.account import account
from mhud.books.lines import Leg, QueueLine, cdr_line, queue_line
from mhud.books.staff import Staff
from mhud.live.model import Call

BEGAN = 1_741_000_000
STAFF = Staff(
    interfaces={"PJSIP/agent001": "agent001", "PJSIP/agent002": "agent002"},
    names={"Jane Smith": "agent001"},
    extensions=frozenset({"1001", "1002", "2000", "support", "crisis"}),
    service_levels={"support": 20},
)
CALLER = "PJSIP/trunk-00000001"
UTC_ZONE = ZoneInfo("UTC")


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(BEGAN + seconds, UTC)


def queue_text(
    seconds: int, event: str, *values: object, queue: str = "support", agent: str = "NONE",
    uid: str = "c.1",
) -> str:  # fmt: skip
    data = "|".join(map(str, values))
    return f"{BEGAN + seconds}|{uid}|{queue}|{agent}|{event}|{data}\n"


def cdr_text(
    start: int, end: int, *, answer: int | None = None, other: str = "", app: str = "Queue",
    data: str = "", disposition: str = "ANSWERED", channel: str = CALLER,
    caller: str = "+254700123456", exten: str = "support", context: str = "queues",
    uid: str = "c.1", linkedid: str = "c.1", userfield: str = "",
) -> str:  # fmt: skip
    times = [_stamp(start), _stamp(answer), _stamp(end)]
    row = ["", caller, exten, context, f'"Anna" <{caller}>', channel, other, app, data, *times]
    tail = [disposition, "DOCUMENTATION", uid, userfield, "", linkedid]
    quoted = ",".join('"' + one.replace('"', '""') + '"' for one in row)
    ended = ",".join(f'"{one}"' for one in tail)
    return f"{quoted},{end - start},{end - start},{ended},7\n"


def _stamp(seconds: int | None) -> str:
    return "" if seconds is None else at(seconds).strftime("%Y-%m-%d %H:%M:%S")


def told(*texts: str, linkedid: str = "c.1", staff: Staff = STAFF) -> Call | None:
    """What the books say of the call, by these lines."""
    found = [queue_line(t.encode()) or cdr_line(UTC_ZONE)(t.encode()) for t in texts]
    legs = [one for one in found if isinstance(one, Leg)]
    lines = [one for one in found if isinstance(one, QueueLine)]
    return account(linkedid, legs, lines, staff)


def call_of(*texts: str, linkedid: str = "c.1", staff: Staff = STAFF) -> Call:
    call = told(*texts, linkedid=linkedid, staff=staff)
    assert call is not None
    return call


def seconds(*moments: datetime | None) -> Iterator[float | None]:
    """After the beginning."""
    for one in moments:
        yield None if one is None else (one - at(0)) / timedelta(seconds=1)
