"""Recordings on their way from Asterisk's folder to who may hear them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mhud.errors import Code, MhudError
from mhud.live.model import EndReason
from mhud.services.recordings import READ
from mhud.services.trail import Sought
from mhud.store.recordings import State, end
from tests.sounds import Heard, tone, wav, wav_file
from tests.taken_over import LISTENER, Recorder, recorder

LOUD = 1000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Recorder]:
    async with recorder(tmp_path) as one:
        yield one


async def test_a_recorded_call_can_be_heard_and_asterisks_file_is_gone(here: Recorder) -> None:
    left = wav_file(here.spool, "1.1.wav", 440, 1000, seconds=3)
    call = await here.call_ends("1.1", talk_s=3)
    await here.work()
    found = await here.known(call.id)
    assert (found.state, found.complete, found.reason) == (State.READY, True, None)
    sound = await here.listen(call.id)
    assert (found.size, found.sha256) == (len(sound), hashlib.sha256(sound).digest())
    heard = Heard(sound)
    assert found.duration == 3
    assert abs(heard.seconds - 3) < 0.2
    assert min(heard.loudness(440, 0.5, 2.5), heard.loudness(1000, 0.5, 2.5)) > LOUD
    assert heard.loudness(700, 0.5, 2.5) < LOUD / 10
    assert not left.exists()
    [sealed] = here.sealed()
    assert sound[:64] not in sealed.read_bytes()


async def test_who_listens_is_told_of_it_once(here: Recorder) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=3)
    call = await here.call_ends("1.1", talk_s=3)
    await here.work(60)
    [(kind, about)] = await here.told()
    assert kind == "recording.ready"
    assert (about["call_id"], about["state"], about["duration"]) == (call.id, "ready", 3)
    assert about["path"] == f"/recordings/{call.id}.mp3"


async def test_asterisks_file_stays_where_that_is_wanted(tmp_path: Path) -> None:
    async with recorder(tmp_path, keep_wav=True) as here:
        left = wav_file(here.spool, "1.1.wav", 440, seconds=1)
        call = await here.call_ends("1.1", talk_s=1)
        await here.work()
        await here.pickup.sweep()
        await here.work(60)
        assert (await here.state(call.id))[0] is State.READY
        assert left.exists()
        assert len(here.sealed()) == 1


async def test_a_file_that_asterisk_still_writes_is_waited_for(here: Recorder) -> None:
    path = here.spool / "1.1.wav"
    path.write_bytes(wav(tone(440, seconds=1), said=0))
    call = await here.call_ends("1.1", talk_s=2)
    for seconds in (2, 3):
        await here.work(8)
        assert await here.state(call.id) == (State.WAITING, None)
        path.write_bytes(wav(tone(440, seconds=seconds), said=0))
    path.write_bytes(wav(tone(440, seconds=4)))
    await here.work(8)
    assert (await here.state(call.id), (await here.known(call.id)).duration) == (
        (State.READY, None),
        4,
    )


async def test_of_a_file_that_was_never_closed_there_is_what_was_written(here: Recorder) -> None:
    (here.spool / "1.1.wav").write_bytes(wav(tone(440, seconds=2), said=0))
    call = await here.call_ends("1.1", talk_s=2)
    await here.work(11)
    found = await here.known(call.id)
    assert (found.state, found.complete, found.reason) == (State.READY, False, "cut")
    assert Heard(await here.listen(call.id)).seconds > 1.9


async def test_a_file_that_is_not_there_is_said_to_be_missing_and_may_still_come(
    here: Recorder,
) -> None:
    call = await here.call_ends("1.1")
    await here.work(50)
    assert await here.state(call.id) == (State.WAITING, None)
    await here.work(12)
    assert await here.state(call.id) == (State.FAILED, "missing")
    await here.pickup.sweep()
    await here.work(60)
    assert [kind for kind, _ in await here.told()] == ["recording.failed"]  # not again
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    await here.pickup.sweep()
    await here.work()
    assert await here.state(call.id) == (State.READY, None)
    assert [kind for kind, _ in await here.told()] == ["recording.failed", "recording.ready"]


@pytest.mark.parametrize("content", [b"", b"RIFF", wav(b"")])
async def test_a_file_without_sound_of_a_call_with_talk_is_said_to_be_empty(
    here: Recorder, content: bytes
) -> None:
    left = here.spool / "1.1.wav"
    left.write_bytes(content)
    call = await here.call_ends("1.1", talk_s=30)
    await here.work(5)
    assert await here.state(call.id) == (State.WAITING, None)
    await here.work(11)
    assert await here.state(call.id) == (State.FAILED, "empty")
    assert left.exists()  # somebody may want to look at it


async def test_of_a_call_that_nobody_took_there_is_nothing_to_say(here: Recorder) -> None:
    left = here.spool / "1.1.wav"
    left.write_bytes(wav(b""))
    call = await here.call_ends("1.1", talk_s=0, end_reason=EndReason.ABANDONED)
    never = await here.call_ends("2.2", talk_s=0, end_reason=EndReason.ABANDONED)
    await here.work(70)
    assert await here.state(call.id) == await here.state(never.id) == (State.NOTHING, None)
    assert not left.exists()
    assert await here.told() == []
    with pytest.raises(MhudError) as refused:
        await here.recordings.sound(f"{call.id}.mp3")
    assert refused.value.code is Code.NOT_FOUND


async def test_what_is_no_wav_is_said_to_be_unreadable(here: Recorder) -> None:
    (here.spool / "1.1.wav").write_bytes(b"OggS" + bytes(1000))
    call = await here.call_ends("1.1")
    await here.work()
    assert await here.state(call.id) == (State.FAILED, "unreadable")
    await here.pickup.sweep()
    await here.work(60)
    assert len(await here.told()) == 1


async def test_far_less_sound_than_talk_is_said(here: Recorder) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=3)
    call = await here.call_ends("1.1", talk_s=60)
    await here.work()
    assert await here.state(call.id) == (State.READY, "short")
    assert (await here.known(call.id)).complete is False


async def test_all_that_was_recorded_of_a_call_is_one_piece_in_its_order(here: Recorder) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    wav_file(here.spool, "1.9.wav", 1000, seconds=3)
    call = await here.call_ends("1.1", recordings=["1.1", "1.9"], talk_s=5)
    await here.work()
    heard = Heard(await here.listen(call.id))
    assert abs(heard.seconds - 5) < 0.2
    assert heard.loudness(440, 0.5, 1.5) > LOUD > heard.loudness(440, 3, 4.5)
    assert heard.loudness(1000, 3, 4.5) > LOUD > heard.loudness(1000, 0.5, 1.5)
    assert list(here.spool.iterdir()) == []


async def test_of_several_files_those_that_are_there_can_be_heard(here: Recorder) -> None:
    wav_file(here.spool, "1.9.wav", 1000, seconds=3)
    call = await here.call_ends("1.1", recordings=["1.1", "1.9"], talk_s=5)
    await here.work(61)
    assert await here.state(call.id) == (State.READY, "part-missing")
    assert (await here.known(call.id)).duration == 3


async def test_the_recording_of_a_merged_call_belongs_to_the_one_that_lived_on(
    here: Recorder,
) -> None:
    younger = await here.call_ends("1.5", merged_into="call-1.1", end_reason=EndReason.MERGED)
    wav_file(here.spool, "1.5.wav", 1000, seconds=2)
    await here.work()
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    older = await here.call_ends("1.1", talk_s=4)
    await here.work()
    assert (await here.known(older.id)).duration == 4
    with pytest.raises(MhudError):
        await here.recordings.one(younger.id)


async def test_a_call_that_nobody_knew_to_be_recorded_is_known_by_its_file(
    here: Recorder,
) -> None:
    """It was found in mid-call, or read from Asterisk's books."""
    await here.call_ends("1.1", recordings=[], gap=True)
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    wav_file(here.spool, "7.7.wav", 440, seconds=2)
    (here.spool / "notes.txt").write_text("of a stranger")
    await here.work(60)
    assert here.sealed() == []
    await here.pickup.sweep()
    await here.work()
    assert await here.state("call-1.1") == (State.READY, None)
    assert sorted(path.name for path in here.spool.iterdir()) == ["7.7.wav", "notes.txt"]


async def test_a_call_that_is_not_over_keeps_its_file(here: Recorder) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    await here.pickup.sweep()
    await here.work(60)
    assert here.sealed() == []


async def test_who_heard_what_is_in_the_audit_trail_and_seeking_is_one_line(
    here: Recorder,
) -> None:
    wav_file(here.spool, "1.1.wav", 440, seconds=2)
    call = await here.call_ends("1.1")
    await here.work()
    found, sound = await here.recordings.sound(f"{call.id}.mp3")
    for going_on in (False, True, True, False):
        file = await here.recordings.read(LISTENER, found, sound, going_on=going_on)
        file.close()
    await here.clock.advance(3600)
    (await here.recordings.read(LISTENER, found, sound, going_on=True)).close()
    page = await here.house.services.trail.page(Sought(action=READ), 10, None)
    assert [(one.subject_id, one.username) for one in page.deeds] == [
        (call.id, "supervisor_jane")
    ] * 3


async def test_an_erased_recording_is_gone_with_asterisks_file_of_it(tmp_path: Path) -> None:
    async with recorder(tmp_path, keep_wav=True) as here:
        left = wav_file(here.spool, "1.1.wav", 440, seconds=2)
        waits = here.spool / "2.2.wav"
        waits.write_bytes(wav(tone(440, seconds=2), said=0))
        heard, waiting = await here.call_ends("1.1"), await here.call_ends("2.2")
        await here.work()
        async with here.house.services.db.write() as tx:
            files = await end(tx, [heard.id, waiting.id], State.ERASED)
        assert [path.name for path in here.sealed()] == list(files)
        await here.work(20)
        assert not left.exists()
        assert not waits.exists()
        assert await here.state(waiting.id) == (State.ERASED, None)
        for call in (heard, waiting):
            with pytest.raises(MhudError) as refused:
                await here.recordings.sound(f"{call.id}.mp3")
            assert refused.value.code is Code.GONE


async def test_old_recordings_go_each_with_its_line_and_old_calls_take_theirs_along(
    tmp_path: Path,
) -> None:
    retention = {"recordings_days": 10, "calls_days": 20}
    async with recorder(tmp_path, retention=retention) as here:
        wav_file(here.spool, "1.1.wav", 440, seconds=2)
        call = await here.call_ends("1.1")
        await here.work()
        await here.clock.advance(9 * 86_400)
        assert (await here.purge())["recordings"] == 0
        await here.clock.advance(2 * 86_400)
        assert (await here.purge())["recordings"] == 1
        assert await here.state(call.id) == (State.EXPIRED, None)
        assert here.sealed() == []
        page = await here.house.services.trail.page(Sought(action="recording.purge"), 10, None)
        assert [one.subject_id for one in page.deeds] == [call.id]
        await here.clock.advance(10 * 86_400)
        await here.purge()
        with pytest.raises(MhudError) as refused:
            await here.recordings.one(call.id)
        assert refused.value.code is Code.NOT_FOUND
