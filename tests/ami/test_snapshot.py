from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from mhud.ami.action import Action
from mhud.ami.messages import CallerNow, DeviceStateChange, FullyBooted, QueueNow
from mhud.ami.snapshot import RefusedError, fetch, fold
from mhud.ami.wire import Reply

NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
BOOTED = FullyBooted(at=NOW - timedelta(hours=2), uptime_s=15)  # up since 06:59:45
ITEMS = {
    "CoreShowChannels": (b"Event: CoreShowChannel\r\nChannel: PJSIP/a-1\r\nUniqueid: 1.1",),
    "QueueStatus": (
        b"Event: QueueParams\r\nQueue: support",
        b"Event: QueueMember\r\nQueue: support\r\nLocation: PJSIP/a",
        b"Event: QueueEntry\r\nQueue: support\r\nUniqueid: 1.1",
    ),
    "DeviceStateList": (b"Event: DeviceStateChange\r\nDevice: PJSIP/a\r\nState: INUSE",),
}


class Asterisk:
    """Answers each question, but for those it refuses."""

    def __init__(self, started: tuple[str, str] = ("", ""), refuses: str = "") -> None:
        self.started = {"CoreStartupDate": started[0], "CoreStartupTime": started[1]}
        self.refuses = refuses

    async def ask(self, action: Action) -> Reply:
        fields: Mapping[str, str] = self.started if action.name == "CoreStatus" else {}
        refused = action.name == self.refuses
        return Reply(not refused, "No" if refused else "", fields, ITEMS.get(action.name, ()))


async def test_all_lists_become_one_snapshot() -> None:
    snapshot = await fetch(Asterisk().ask, NOW, None)
    assert [each.chan.uniqueid for each in snapshot.channels] == ["1.1"]
    assert [each.name for each in snapshot.queues] == ["support"]
    assert [each.interface for each in snapshot.members] == ["PJSIP/a"]
    assert [each.uniqueid for each in snapshot.callers] == ["1.1"]
    assert snapshot.devices == {"PJSIP/a": "INUSE"}
    assert (snapshot.at, snapshot.pbx_started_at) == (NOW, None)


@pytest.mark.parametrize(
    "action", ["CoreShowChannels", "QueueStatus", "DeviceStateList", "CoreStatus"]
)
async def test_what_is_refused_is_named(action: str) -> None:
    with pytest.raises(RefusedError, match=f"Asterisk refused {action}: No"):
        await fetch(Asterisk(refuses=action).ask, NOW, None)


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("2025-03-03", "06:59:46"),  # UTC
        ("2025-03-03", "09:59:46"),  # Nairobi
        ("2025-03-03", "12:44:46"),  # Kathmandu
        ("2025-03-02", "20:59:46"),  # the other side of midnight
    ],
)
async def test_the_start_is_known_to_the_second_in_whatever_zone_asterisk_lives(
    date: str, time: str
) -> None:
    snapshot = await fetch(Asterisk((date, time)).ask, NOW, BOOTED)
    assert snapshot.pbx_started_at == datetime(2025, 3, 3, 6, 59, 46, tzinfo=UTC)


async def test_a_start_that_makes_no_sense_is_taken_from_the_uptime() -> None:
    snapshot = await fetch(Asterisk(("yesterday", "")).ask, NOW, BOOTED)
    assert snapshot.pbx_started_at == datetime(2025, 3, 3, 6, 59, 45, tzinfo=UTC)


async def test_an_uptime_that_can_not_be_is_no_start() -> None:
    booted = FullyBooted(at=NOW, uptime_s=999_999_999_999_999)
    snapshot = await fetch(Asterisk(("2025-03-03", "06:59:46")).ask, NOW, booted)
    assert snapshot.pbx_started_at is None


def test_rows_in_any_order_make_the_same_snapshot() -> None:
    queue = QueueNow(name="q", strategy="ringall", max_callers=0, service_level_s=20)
    caller = CallerNow(queue="q", uniqueid="1.1", position=1, wait_s=0)
    device = DeviceStateChange(at=NOW, device="PJSIP/a", state="INUSE")
    assert fold([queue, caller, device], NOW) == fold([{"Odd": "1"}, device, caller, queue], NOW)
