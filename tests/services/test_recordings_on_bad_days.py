"""Encoders that fail, disks that are full, files that are none, and daemons that die between."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mhud.services.encoding import EncoderError, encode
from mhud.services.recordings import STRANGERS, Recordings
from mhud.services.rights import NOBODY
from mhud.store.recordings import State
from tests.sounds import tone, wav, wav_file
from tests.taken_over import Recorder, recorder


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Recorder]:
    async with recorder(tmp_path) as one:
        yield one


async def two_rates(here: Recorder) -> str:
    """Files that no encoder makes one MP3."""
    wav_file(here.spool, "1.1.wav", 440, seconds=1)
    (here.spool / "1.9.wav").write_bytes(wav(tone(440, seconds=1), rate=16_000))
    return (await here.call_ends("1.1", recordings=["1.1", "1.9"])).id


async def test_an_encoder_that_fails_is_tried_three_times_and_the_files_stay(
    here: Recorder,
) -> None:
    call_id = await two_rates(here)
    for seconds in (31, 301):
        await here.work(seconds)
    assert await here.state(call_id) == (State.FAILED, "encoder")
    assert [kind for kind, _ in await here.told()] == ["recording.failed"]
    assert len(list(here.spool.iterdir())) == 2
    assert here.sealed() == []
    await here.pickup.sweep()
    await here.work(60)
    assert len(await here.told()) == 1


async def test_a_failed_recording_is_tried_anew_when_somebody_says_so(here: Recorder) -> None:
    call_id = await two_rates(here)
    for seconds in (31, 301):
        await here.work(seconds)
    wav_file(here.spool, "1.9.wav", 440, seconds=1)
    await here.recordings.retry(NOBODY, call_id)
    await here.work()
    assert await here.state(call_id) == (State.READY, None)


async def test_an_encoder_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    async with recorder(tmp_path, encode_s=0.001) as here:
        wav_file(here.spool, "1.1.wav", 440, seconds=60)
        call = await here.call_ends("1.1", talk_s=60)
        await here.work()
        found = await here.known(call.id)
        assert (found.state, found.attempts) == (State.WAITING, 1)
        assert here.sealed() == []


async def test_an_encoder_is_gone_with_who_waited_for_it(tmp_path: Path) -> None:
    """A pipe that nobody writes into, as a disk that hangs."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        encoding = asyncio.ensure_future(encode([file], 24, 60, lambda _: None))
        while not encoding.done() and not _children():
            await asyncio.wait({asyncio.ensure_future(asyncio.to_thread(lambda: None))})
        encoding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await encoding
        assert _children() == []
    os.close(writing)


def _children() -> list[int]:
    """Processes that were begun here and were not waited for."""
    tasks = Path("/proc/self/task").glob("*/children")
    return [int(one) for path in tasks for one in path.read_text().split()]


async def test_a_disk_that_refuses_is_waited_for(here: Recorder) -> None:
    here.vault.write_text("no folder can be made here")
    left = wav_file(here.spool, "1.1.wav", 440, seconds=2)
    call = await here.call_ends("1.1")
    with pytest.raises(OSError, match="exists"):
        await here.pickup.step()
    assert await here.state(call.id) == (State.WAITING, None)
    assert left.exists()
    here.vault.unlink()
    await here.work()  # not yet
    assert await here.state(call.id) == (State.WAITING, None)
    await here.work(61)
    assert await here.state(call.id) == (State.READY, None)
    assert await here.told() != []


async def test_what_writes_the_mp3_may_fail_in_the_middle(tmp_path: Path) -> None:
    path = wav_file(tmp_path, "1.wav", 440, seconds=60)

    def full(_: bytes) -> None:
        raise OSError(28, "no space left")

    with path.open("rb") as file, pytest.raises(OSError, match="no space"):
        await encode([file], 24, 60, full)
    assert _children() == []


async def test_files_that_are_no_sound_end_the_encoder_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "1.wav"
    path.write_bytes(os.urandom(10_000))
    with path.open("rb") as file, pytest.raises(EncoderError, match="status 3"):
        await encode([file], 24, 60, lambda _: None)


async def test_a_link_in_asterisks_folder_leads_nowhere(here: Recorder, tmp_path: Path) -> None:
    secret = wav_file(tmp_path, "secret.wav", 440, seconds=2)
    (here.spool / "1.1.wav").symlink_to(secret)
    (here.spool / "2.2.wav").mkdir()
    calls = [await here.call_ends("1.1"), await here.call_ends("2.2")]
    await here.work()
    for call in calls:
        assert await here.state(call.id) == (State.FAILED, "unreadable")
    assert secret.exists()


async def test_a_channel_of_any_name_stays_in_the_folder(here: Recorder, tmp_path: Path) -> None:
    outside = wav_file(tmp_path, "outside.wav", 440, seconds=2)
    call = await here.call_ends("1.1", recordings=["../outside", "/etc/passwd", ""])
    await here.work(61)
    assert await here.state(call.id) == (State.FAILED, "missing")
    assert outside.exists()


async def test_a_crash_between_the_sealed_file_and_its_row_costs_work_only(
    here: Recorder,
) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    call = await here.call_ends("1.1")
    await here.work()
    [kept] = here.sealed()
    lost = here.vault / "recording_0123456789abcdef.mp3"
    lost.write_bytes(kept.read_bytes())
    half = here.vault / "recording_fedcba9876543210.mp3.part"
    half.write_bytes(b"MHUD")
    now = here.clock.now().timestamp()
    os.utime(lost, (now, now))
    assert await here.recordings.sweep() == 1
    assert here.sealed() == sorted([kept, lost])  # of a database that may come back
    old = now - STRANGERS.total_seconds() - 1
    for path in (lost, kept):
        os.utime(path, (old, old))
    assert await here.recordings.sweep() == 1
    assert here.sealed() == [kept]
    assert await here.listen(call.id)


async def test_what_was_to_be_done_is_done_by_the_next_daemon(here: Recorder) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    call = await here.call_ends("1.1")  # the daemon is gone before it has looked
    s = here.house.services
    later = await Recordings.open(s.settings, s.clock, s.db, s.trail, lambda: s.ledger.last_seq)
    assert later.pickup is not None
    await later.pickup.step()
    assert await here.state(call.id) == (State.READY, None)
