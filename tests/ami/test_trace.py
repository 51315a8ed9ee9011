from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from mhud.ami import trace as trace_module
from mhud.ami.messages import DeviceStateChange, Event, LinkLost, Snapshot
from mhud.ami.trace import TraceWriter, read_trace, replay

TRACES = Path(__file__).parent.parent / "traces"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
STAMPED = b"Event: DeviceStateChange\r\nTimestamp: %d\r\nDevice: %s\r\nState: INUSE\r\n\r\n"
ROW = b"Event: QueueParams\r\nActionID: 2\r\nQueue: support\r\n\r\n"
DEVICE_ROW = b"Event: DeviceStateChange\r\nActionID: 3\r\nDevice: PJSIP/a\r\nState: BUSY\r\n\r\n"


def end(name: bytes) -> bytes:
    return b"Event: " + name + b"Complete\r\nActionID: 1\r\nEventList: Complete\r\n\r\n"


CHANNELS, QUEUES, DEVICES = map(end, (b"CoreShowChannels", b"QueueStatus", b"DeviceStateList"))


def names(stream: bytes) -> list[str]:
    return [name(event) for event in replay(stream)]


def name(event: Event) -> str:
    return event.device if isinstance(event, DeviceStateChange) else type(event).__name__


# ---- writing


def test_each_direction_has_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    writer = TraceWriter(tmp_path / "day.in.ami")
    writer.begin()
    writer.heard(BANNER)
    writer.said(b"Action: Login\r\nUsername: mhud\r\nSecret: correct horse\r\n\r\n")
    writer.close()
    heard, said = tmp_path / "day.in.ami", tmp_path / "day.out.ami"
    assert heard.read_bytes() == b"\r\n\r\n" + BANNER
    assert said.read_bytes().endswith(b"Username: mhud\r\nSecret: ********\r\n\r\n")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (heard, said)} == {0o600}


def test_the_secret_of_a_phone_never_reaches_the_file(tmp_path: Path) -> None:
    writer = TraceWriter(tmp_path / "day")
    writer.said(b"Action: Originate\r\nVariable: MHU_SECRET=5ec2e7\r\n\r\n")
    writer.close()
    assert b"5ec2e7" not in (tmp_path / "day.out.ami").read_bytes()


def test_a_second_run_adds_to_the_trace(tmp_path: Path) -> None:
    for _ in range(2):
        writer = TraceWriter(tmp_path / "day")
        writer.heard(b"x")
        writer.close()
    assert (tmp_path / "day.in.ami").read_bytes() == b"xx"


def test_files_that_cannot_be_made_are_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        TraceWriter(tmp_path / "missing" / "day.ami")


class Full:
    """A disk on which nothing fits."""

    def write(self, chunk: bytes) -> int:
        raise OSError(ENOSPC, "No space left on device")

    def close(self) -> None:
        pass


def test_a_full_disk_ends_the_trace_and_nothing_else(tmp_path: Path) -> None:
    with capture_logs() as logs:
        writer = TraceWriter(tmp_path / "day", open_file=lambda _: Full())
        for _ in range(3):
            writer.heard(b"x")
        writer.close()
        writer.heard(b"x")
    assert [line["reason"] for line in logs] == ["No space left on device"]


def test_a_slow_disk_ends_the_trace_and_delays_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace_module, "BOUND", 2)
    may_write = threading.Event()

    class Slow:
        def write(self, chunk: bytes) -> int:
            may_write.wait()
            return len(chunk)

        def close(self) -> None:
            pass

    with capture_logs() as logs:
        writer = TraceWriter(tmp_path / "day", open_file=lambda _: Slow())
        for _ in range(5):
            writer.heard(b"x")
        may_write.set()
        writer.close()
    assert [line["reason"] for line in logs] == ["the disk is too slow"]
    assert writer.broken


# ---- reading


def test_events_are_read_back_in_order_and_with_their_times() -> None:
    stream = BANNER + b"Response: Success\r\nActionID: 1\r\n\r\n" + STAMPED % (1795297758, b"a")
    (event,) = replay(stream)
    assert event.at == datetime(2026, 11, 21, 21, 49, 18, tzinfo=UTC)
    assert name(event) == "a"


def test_what_has_no_time_has_that_of_the_event_before_or_else_of_the_first() -> None:
    booted = b"Event: FullyBooted\r\nUptime: 1\r\n\r\n"
    first, _, last = replay(booted + STAMPED % (1795297758, b"a") + booted)
    assert first.at == last.at == datetime(2026, 11, 21, 21, 49, 18, tzinfo=UTC)
    assert [event.at.year for event in replay(booted)] == [1970]


def test_recorded_lists_become_a_snapshot_and_events_wait_for_it() -> None:
    stream = STAMPED % (1, b"a") + CHANNELS + STAMPED % (2, b"b") + ROW + QUEUES
    stream += DEVICE_ROW + DEVICES + STAMPED % (3, b"c")
    assert names(stream) == ["a", "Snapshot", "b", "c"]
    snapshot = next(event for event in replay(stream) if isinstance(event, Snapshot))
    assert [queue.name for queue in snapshot.queues] == ["support"]
    assert snapshot.devices == {"PJSIP/a": "BUSY"}


def test_a_list_asked_for_by_itself_is_no_snapshot() -> None:
    stream = ROW + QUEUES + STAMPED % (1, b"a") + CHANNELS + QUEUES + DEVICES
    assert names(stream) == ["a", "Snapshot"]
    snapshot = list(replay(stream))[-1]
    assert isinstance(snapshot, Snapshot)
    assert snapshot.queues == ()


def test_lists_that_never_became_whole_hold_nothing_back_for_ever() -> None:
    assert names(CHANNELS + STAMPED % (1, b"a")) == ["a"]


def test_a_second_connection_begins_with_a_lost_link() -> None:
    stream = BANNER + CHANNELS + STAMPED % (5, b"a") + b"Event: Dev\r\n\r\n" + BANNER
    told = list(replay(stream + STAMPED % (6, b"b")))
    assert [name(event) for event in told] == ["a", "LinkLost", "b"]
    assert isinstance(told[1], LinkLost)
    assert told[1].at == datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)


def test_a_recording_of_a_login_begins_with_a_snapshot() -> None:
    first, second = list(read_trace(TRACES / "03-sync-busy.in.ami"))[:2]
    assert name(first) == "FullyBooted"
    assert isinstance(second, Snapshot)
    assert (len(second.channels), len(second.callers)) == (5, 2)


@pytest.mark.parametrize("path", sorted(TRACES.glob("*.in.ami")), ids=lambda path: path.name)
def test_time_never_runs_backwards_in_a_recording(path: Path) -> None:
    times = [event.at for event in read_trace(path)]
    assert times == sorted(times)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([BANNER, CHANNELS, ROW]))))
def test_a_spoiled_trace_raises_nothing(parts: list[bytes]) -> None:
    assert all(event.at.tzinfo is UTC for event in replay(b"".join(parts)))


class Hanging:
    """A file on a disk that takes nothing until it is let go."""

    def __init__(self, lets_go: threading.Event) -> None:
        self.lets_go, self.hangs = lets_go, threading.Event()

    def write(self, _chunk: bytes) -> None:
        self.hangs.set()
        self.lets_go.wait()

    def close(self) -> None: ...


@pytest.mark.parametrize("waiting", [1, trace_module.BOUND + 1])
def test_a_disk_that_hangs_does_not_hold_up_the_end_of_the_daemon(
    tmp_path: Path, waiting: int
) -> None:
    lets_go, closed = threading.Event(), threading.Event()
    disk = Hanging(lets_go)
    writer = TraceWriter(tmp_path / "day.ami", lambda _path: disk)
    writer.heard(b"x")
    assert disk.hangs.wait(5)
    for _ in range(waiting - 1):
        writer.heard(b"x")

    def close() -> None:
        writer.close(timeout_s=0.05)
        closed.set()

    threading.Thread(target=close, daemon=True).start()
    assert closed.wait(5)
    lets_go.set()
