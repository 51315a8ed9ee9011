"""All that Asterisk knows, asked for at once and folded into one `Snapshot`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from mhud.ami import actions
from mhud.ami.actions import Action
from mhud.ami.messages import (
    CallerNow,
    ChannelNow,
    DeviceStateChange,
    FullyBooted,
    MemberState,
    QueueNow,
    Snapshot,
)
from mhud.ami.parse import Row, row
from mhud.ami.wire import Reply

T = TypeVar("T")
ZONE_STEP_S = 900  # all time zones are whole quarters of an hour off UTC


class RefusedError(Exception):
    """Asterisk has not loaded what we ask for, or its user may not ask."""


async def fetch(
    ask: Callable[[Action], Awaitable[Reply]], at: datetime, booted: FullyBooted | None
) -> Snapshot:
    """Asks for everything. `at` becomes the snapshot's instant.

    Raises RefusedError, and MhudError as `ask` does.
    """
    rows: list[Row] = []
    for question in (
        actions.core_show_channels(),
        actions.queue_status(),
        actions.device_state_list(),
    ):
        rows += [row(item, at) for item in (await _granted(ask, question)).items]
    status = await _granted(ask, actions.core_status())
    return fold(rows, at, _started_at(status, booted))


async def _granted(ask: Callable[[Action], Awaitable[Reply]], question: Action) -> Reply:
    reply = await ask(question)
    if not reply.success:
        raise RefusedError(f"Asterisk refused {question.name}: {reply.message}")
    return reply


def fold(rows: Iterable[Row], at: datetime, started_at: datetime | None = None) -> Snapshot:
    """Rows of all lists, in any order."""
    known = list(rows)
    devices = _only(known, DeviceStateChange)
    return Snapshot(
        at=at,
        channels=_only(known, ChannelNow),
        queues=_only(known, QueueNow),
        members=_only(known, MemberState),
        callers=_only(known, CallerNow),
        devices={each.device: each.state for each in devices},
        pbx_started_at=started_at,
    )


def _only(rows: list[Row], kind: type[T]) -> tuple[T, ...]:
    return tuple(each for each in rows if isinstance(each, kind))


def _started_at(status: Reply, booted: FullyBooted | None) -> datetime | None:
    """Asterisk gives its start to the second, but in a zone it does not name; the uptime is in
    UTC, but a second off here or there: together they give the same instant each time."""
    if booted is None:
        return None
    try:
        about = booted.at - timedelta(seconds=booted.uptime_s)
    except OverflowError:  # up since before the calendar: its clock was set
        return None
    date, time = status.fields.get("CoreStartupDate", ""), status.fields.get("CoreStartupTime", "")
    try:
        local = datetime.strptime(f"{date} {time}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return about
    quarters = round((local - about).total_seconds() / ZONE_STEP_S)
    return local - timedelta(seconds=quarters * ZONE_STEP_S)
