"""What the fake AMI server says is what a real Asterisk was recorded to say.

Whole recordings: a script repeats what people did, the recording's client lines are sent, and all
answers and all events must be equal, header for header, but for ids, times and what two recordings
of one scenario differ in themselves (tests/sim_recordings.py names all of it). Events are
compared per channel, bridge, device and member, since between those Asterisk's threads race.

Answers only: the client lines are sent and the answers compared.

What a recording did with actions that the fake does not know (`unknown`, by their number) is left
out, and the fake must call them unknown, as Asterisk does with an action it does not have.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from mhud.sim import FakeAsterisk
from tests.ami_client import Headers, RawClient, connected, messages
from tests.ami_client import value_of as value
from tests.fake_clock import FakeClock
from tests.sim_recordings import TRACES, answers, asked, nameless, news, recorded, strands
from tests.sim_scenarios import SCENARIOS, Replay, recorded_site

MUSIC = frozenset({"MusicOnHoldStart", "MusicOnHoldStop"})
INTRODUCTIONS = frozenset({"NewCallerid", "NewConnectedLine"})


@dataclass(frozen=True)
class Case:
    """`left_out`: actions whose answer shows more of the recorded PBX's day than a script
    repeats (devices seen, figures of earlier calls). `until`: the action before which the
    comparison ends. `announcements`: the recorded queue spoke to its callers, which stops and
    starts the music; the fake's is silent. `introductions`: in the recording the parties' names
    and numbers went from thread to thread while they were joined, at another moment each time.
    `others`: events that one of two threads was first to say.
    """

    stem: str
    user: str = "mhud"
    unknown: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    until: int | None = None
    announcements: bool = False
    introductions: bool = False
    others: tuple[str, ...] = ()

    @property
    def ignored(self) -> frozenset[str]:
        music = MUSIC if self.announcements else frozenset[str]()
        introductions = INTRODUCTIONS if self.introductions else frozenset[str]()
        return music | introductions | frozenset(self.others)

    def comparable(self, told: list[Headers]) -> dict[str, list[Headers]]:
        """The news by channel, bridge, device and member."""
        found = strands(news(told), self.ignored)
        if not self.introductions:
            return found
        return {name: [nameless(one) for one in strand] for name, strand in found.items()}

    def ident(self, number: int) -> str:
        return f"{self.stem}-{number}"


WHOLE = (
    Case("04-queue-agent-hangs-up"),
    Case("06-abandon", announcements=True),
    Case("07-queue-timeout", announcements=True),
    Case("08-ring-no-answer"),
    Case("09-agent-rejects"),
    Case("12-queue-full"),
    Case("14-blind-transfer-refer"),
    Case("15-blind-transfer-ami"),
    Case("16-blind-transfer-bad-target"),
    Case("17-attended-transfer-ami"),
    Case("17b-consult-cancelled"),
    Case("17c-consult-cancelled-ringing"),
    Case("17d-consult-rejected"),
    Case("17e-consult-unanswered"),
    Case("17f-consult-dropped-ringing", introductions=True),
    Case("17g-consult-dropped-then-answered", introductions=True),
    Case("17h-consult-target-hangs-up", introductions=True),
    Case("17i-consult-caller-hangs-up", introductions=True, others=("HangupRequest",)),
    Case("19-attended-transfer-refer"),
    Case("20-originate-success", until=3),
    Case("21-originate-dest-busy"),
    Case("23-originate-agent-fails"),
    Case("24-originate-bad-exten-and-duplicate"),
    Case("30-pause"),
    Case("31-members"),
    Case("32-unregister-unreachable", announcements=True),
    Case("33-phone-dies-in-call"),
    Case("40-hold"),
    Case("43-supervisor"),
    Case("44-redirect-bridge", announcements=True, others=("PeerStatus",)),
    Case("51-restart-in-mid-call", announcements=True),
)
ANSWERS = (
    Case("03-sync-busy", "system", unknown=(8, 9, 17)),
    Case("13-caller-priority-withdraw"),
    Case("45b-control", left_out=(6,)),
    Case("42-recording", "system", unknown=(2, 8), left_out=(5, 9, 10)),
)
UNSCRIPTED = (
    Case("01-login-sync", "system", unknown=(8, 9)),
    Case("46-userevent", "admin"),
    Case("62-errors", unknown=(13, 14, 21)),
    Case("62-errors-narrow", "narrow", left_out=(4, 5, 6)),
)


@asynccontextmanager
async def replaying(case: Case) -> AsyncIterator[Replay]:
    clock = FakeClock()
    site = recorded_site(case.user)
    pbx = FakeAsterisk(clock=clock, username=case.user, secret="secret", site=site)
    await pbx.start()
    try:
        async with connected(pbx.port) as client:
            await client.log_in(case.user)
            replay = Replay(case.stem, pbx, clock, client)
            await replay.listen()
            replay.text = ""
            yield replay
        assert pbx.pbx.timers.failures == 0
    finally:
        await pbx.stop()


def expected(case: Case) -> list[Headers]:
    """The recording up to where the comparison ends."""
    told = recorded(case.stem)
    if case.until is None:
        return told
    stop = case.ident(case.until)
    return told[: next(at for at, one in enumerate(told) if value(one, "ActionID") == stop)]


def answered(case: Case, told: list[Headers]) -> dict[str, list[Headers]]:
    """Without the login and without what the fake does not know."""
    without = {case.ident(number) for number in (1, *case.unknown, *case.left_out)}
    return {ident: found for ident, found in answers(told).items() if ident not in without}


def assert_unknown(case: Case, told: list[Headers]) -> None:
    refusals = answers(told)
    for number in case.unknown:
        [refusal] = refusals[case.ident(number)]
        assert value(refusal, "Message").startswith("Invalid/unknown command: ")


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.stem)
async def test_a_scripted_scenario_says_what_the_recording_says(case: Case) -> None:
    async with replaying(case) as replay:
        await SCENARIOS[case.stem](replay)
        await replay.listen()
    assert answered(case, replay.told) == answered(case, expected(case))
    assert case.comparable(replay.told) == case.comparable(expected(case))


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case.stem)
async def test_questions_about_a_busy_pbx_are_answered_as_recorded(case: Case) -> None:
    async with replaying(case) as replay:
        await SCENARIOS[case.stem](replay)
    assert answered(case, replay.told) == answered(case, expected(case))
    assert_unknown(case, replay.told)


@pytest.mark.parametrize("case", UNSCRIPTED, ids=lambda case: case.stem)
async def test_a_client_alone_is_answered_as_recorded(case: Case) -> None:
    async with replaying(case) as replay:
        replay.phones()
        for number in range(2, len(asked(case.stem)) + 1):
            await replay.act(number)
    assert answered(case, replay.told) == answered(case, expected(case))
    assert_unknown(case, replay.told)


LOGINS = (
    "02-login-failed-1",
    "02-login-failed-2",
    "02-login-failed-3-without",
    "02-login-failed-4-md5",
)


def shapes(text: str) -> list[Headers]:
    """Names and values, without those that change."""
    changing = ("Challenge", "Uptime", "LastReload")
    return [[one for one in message if one[0] not in changing] for message in messages(text)]


@pytest.mark.parametrize("stem", LOGINS)
async def test_logins_fail_and_succeed_as_recorded(stem: str) -> None:
    clock = FakeClock()
    pbx = FakeAsterisk(clock=clock, username="mhud", secret="secret", site=recorded_site())
    await pbx.start()
    text = (TRACES / f"{stem}.in.ami").read_bytes().decode()
    recorded_challenge = value(messages(text.partition("\r\n")[2])[0], "Challenge")
    recorded_key = _key(recorded_challenge)
    try:
        async with connected(pbx.port) as client:
            for number, action in enumerate(asked(stem), start=1):
                challenge = client.heard.partition("Challenge: ")[2].partition("\r\n")[0]
                await client.send(action.replace(recorded_key, _key(challenge)))
                await clock.advance(2)
                await _hear(client, clock, min(number, text.count("\r\n\r\n")))
            await _hear(client, clock, text.count("\r\n\r\n"))
    finally:
        await pbx.stop()
    assert shapes(client.heard) == shapes(text)


def _key(challenge: str) -> str:
    return hashlib.md5(f"{challenge}secret".encode()).hexdigest()  # noqa: S324 - AMI's protocol


async def _hear(client: RawClient, clock: FakeClock, count: int) -> None:
    """Until so many messages have come; a refusal takes its time."""
    while client.heard.count("\r\n\r\n") < count:
        await clock.advance(0.5)
        client.heard += (await client.reader.read(65536)).decode()
