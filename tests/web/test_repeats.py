"""Who polls with the same bytes is answered without parsing them, and nobody can tell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from mhud.ami.messages import Snapshot
from mhud.live.inputs import AgentsConfigured
from mhud.live.model import AgentProfile
from mhud.services import login_sessions
from mhud.services.keys import revoke_key
from mhud.services.people import disable
from mhud.store.schema import roles
from mhud.web import server
from mhud.web.app import reconfigure
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import eventually
from tests.houses import House, settings_for
from tests.logins import signed_in
from tests.poller import Heard, Poller, poller

AGENTS = "/api/v1/agents/status"
POLLED = [AGENTS, "/api/v1/queues/stats", "/api/v1/calls/active"]
OF_THE_MOMENT = ("x-request-id", "x-ratelimit-remaining", "date")


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    async with call_centre(tmp_path, http={"cors_origins": ["https://wallboard.example"]}) as built:
        yield built


@pytest.fixture
async def wallboard(centre: CallCentre) -> AsyncIterator[Poller]:
    async with poller(centre.services, await centre.house.headers()) as built:
        yield built


def lasting(heard: Heard) -> dict[str, str]:
    return {name: value for name, value in heard.headers.items() if name not in OF_THE_MOMENT}


@pytest.mark.parametrize("path", POLLED)
@pytest.mark.parametrize("origin", ["", "https://wallboard.example", "https://elsewhere.example"])
async def test_the_second_answer_is_the_first_but_is_not_parsed(
    wallboard: Poller, path: str, origin: str
) -> None:
    more = {"Origin": origin} if origin else {}
    first, parsed = await wallboard.get(path, **more), wallboard.parsed
    second = await wallboard.get(path, **more)

    assert wallboard.parsed == parsed
    assert (first.status, second.status) == (200, 200)
    assert (second.body, lasting(second)) == (first.body, lasting(first))
    assert set(second.headers) == set(first.headers)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert re.fullmatch(r"req-[0-9a-f]{16}", second.headers["x-request-id"])
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", second.headers["date"])
    remaining = [int(one.headers["x-ratelimit-remaining"]) for one in (first, second)]
    assert remaining[0] - remaining[1] == 1


async def test_who_knows_the_page_already_gets_no_body_either_way(wallboard: Poller) -> None:
    etag = (await wallboard.get(AGENTS)).headers["etag"]
    parsed = wallboard.parsed
    quick = await wallboard.get(AGENTS, If_None_Match=etag)
    assert wallboard.parsed == parsed
    slow = await wallboard.get(AGENTS, If_None_Match=f'"other", {etag}')

    assert wallboard.parsed == parsed + 1
    assert (quick.status, quick.body) == (slow.status, slow.body) == (304, b"")
    assert (lasting(quick), set(quick.headers)) == (lasting(slow), set(slow.headers))


async def test_a_page_that_changed_is_sent_whole(wallboard: Poller, centre: CallCentre) -> None:
    etag = (await wallboard.get(AGENTS)).headers["etag"]
    parsed = wallboard.parsed
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    changed = await wallboard.get(AGENTS, If_None_Match=etag)

    assert changed.status == 200
    assert b'"agent001"' in changed.body
    assert changed.headers["etag"] != etag
    assert wallboard.parsed == parsed


async def test_the_askers_own_id_is_given_back(wallboard: Poller) -> None:
    await wallboard.get(AGENTS, X_Request_Id="mine-1")
    parsed = wallboard.parsed
    second = await wallboard.get(AGENTS, X_Request_Id="mine-2")
    third = await wallboard.get(AGENTS)

    assert second.headers["x-request-id"] == "mine-2"
    assert third.headers["x-request-id"].startswith("req-")
    assert wallboard.parsed == parsed


async def test_an_id_that_is_none_is_not_given_back(wallboard: Poller) -> None:
    for _ in range(3):
        heard = await wallboard.get(AGENTS, X_Request_Id="two words")
        assert heard.headers["x-request-id"].startswith("req-")


async def test_another_connection_profits_too(wallboard: Poller) -> None:
    await wallboard.get(AGENTS)
    parsed = wallboard.parsed
    async with wallboard.another() as other:
        assert (await other.get(AGENTS)).status == 200
    assert wallboard.parsed == parsed


# ---- what is looked at each time


async def test_the_limit_ends_it_as_ever(centre: CallCentre) -> None:
    async with poller(centre.services, await centre.house.headers(tier="enterprise:3")) as board:
        answers = [await board.get(AGENTS) for _ in range(5)]
    assert [one.status for one in answers] == [200, 200, 200, 429, 429]
    assert [one.headers["x-ratelimit-remaining"] for one in answers] == ["2", "1", "0", "0", "0"]
    assert answers[-1].headers["retry-after"]


async def test_a_key_that_was_revoked_is_refused_at_once(
    wallboard: Poller, centre: CallCentre
) -> None:
    for _ in range(2):
        assert (await wallboard.get(AGENTS)).status == 200
    for key in centre.services.access.known.keys.values():
        await revoke_key(centre.services.access, key.id)

    assert (await wallboard.get(AGENTS)).status == 401


async def test_a_right_that_was_taken_away_is_missed_at_once(centre: CallCentre) -> None:
    access = centre.services.access
    owner = await centre.house.person("ada", "operator")
    async with poller(centre.services, await centre.house.headers(owner=owner)) as board:
        assert [(await board.get(AGENTS)).status for _ in range(2)] == [200, 200]
        async with access.db.write() as tx:
            await tx.execute(update(roles).where(roles.c.name == "operator").values(rights=[]))
        await access.reload()

        assert [(await board.get(AGENTS)).status for _ in range(2)] == [403, 403]


async def test_a_state_that_became_stale_is_called_so(
    wallboard: Poller, centre: CallCentre
) -> None:
    for _ in range(2):
        assert "x-pbx-state" not in (await wallboard.get(AGENTS)).headers
    await centre.pbx.stop()
    await centre.until(lambda live: live.stale)

    for _ in range(2):
        assert (await wallboard.get(AGENTS)).headers["x-pbx-state"] == "stale"


async def test_sites_that_are_no_longer_allowed_are_told_nothing_more(
    wallboard: Poller, centre: CallCentre
) -> None:
    origin = "https://wallboard.example"
    for _ in range(2):
        heard = await wallboard.get(AGENTS, Origin=origin)
        assert heard.headers["access-control-allow-origin"] == origin
    reconfigure(wallboard.app, settings_for(centre.services.settings.data_dir))

    for _ in range(2):
        heard = await wallboard.get(AGENTS, Origin=origin)
        assert "access-control-allow-origin" not in heard.headers


async def test_both_ways_are_counted(wallboard: Poller) -> None:
    await wallboard.get("/metrics")
    for _ in range(4):
        await wallboard.get(AGENTS)
    counted = (await wallboard.get("/metrics")).body.decode()

    labels = f'{{method="GET",route="{AGENTS}",status="200"}}'
    assert f"mhud_http_requests_total{labels} 4.0" in counted


# ---- what is not taken for a repetition


@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\nX-Begun: ", b"GET / HTTP/1.1\r\n", b"G"])
async def test_known_bytes_that_end_another_request_are_part_of_that(
    wallboard: Poller, begun: bytes
) -> None:
    for _ in range(2):
        await wallboard.get(AGENTS)
    await wallboard.say(begun)
    await wallboard.say(wallboard.request(AGENTS))
    heard = await wallboard.heard()

    assert heard.headers["content-type"] != "application/json" or b'"agents"' not in heard.body


async def test_the_end_of_a_request_is_not_learned_as_one(wallboard: Poller) -> None:
    """Else somebody could have his own key answer for another's bytes."""
    first = f"GET {AGENTS} HTTP/1.1\r\n"
    own = f"{first}X-API-Key: {wallboard.headers['X-API-Key']}\r\nX-Of-Mine: ".encode()
    other = f"{first}Host: x\r\n\r\n".encode()
    await wallboard.say(own)
    await wallboard.say(other)
    assert (await wallboard.heard()).status == 200
    for _ in range(2):
        await wallboard.say(other)
        assert (await wallboard.heard()).status == 401


async def test_a_body_is_not_taken_for_a_request(wallboard: Poller) -> None:
    for _ in range(2):
        await wallboard.get(AGENTS)
    known = wallboard.request(AGENTS)
    head = f"POST /api/v1/calls/call-1/end HTTP/1.1\r\nHost: x\r\nContent-Length: {len(known)}\r\n"
    key = f"X-API-Key: {wallboard.headers['X-API-Key']}\r\n\r\n"
    await wallboard.say((head + key).encode())
    await wallboard.say(known)
    assert (await wallboard.heard()).status == 400  # the body is no JSON

    assert (await wallboard.get(AGENTS)).status == 200  # and the next request is one again


async def test_several_at_once_are_all_answered_in_order(wallboard: Poller) -> None:
    await wallboard.get(AGENTS)
    paths = [AGENTS, "/api/v1/queues/stats", AGENTS, "/health/live", AGENTS]
    wallboard.writer.write(b"".join(map(wallboard.request, paths)))
    heard = [(await wallboard.heard()).body[:9] for _ in paths]

    assert heard == [b'{"agents"', b'{"queues"', b'{"agents"', b'{"status"', b'{"agents"']


async def test_who_wants_no_more_of_the_connection_is_sent_away_each_time(
    wallboard: Poller,
) -> None:
    for _ in range(2):
        async with wallboard.another() as other:
            other.writer.write(other.request(AGENTS, Connection="close"))
            everything = await other.reader.read()
        assert everything.count(b"HTTP/1.1 200 OK\r\n") == 1
        assert b"\r\nConnection: close\r\n" in everything


async def test_who_asks_for_the_head_gets_no_body(wallboard: Poller) -> None:
    for _ in range(3):
        await wallboard.say(wallboard.request(AGENTS).replace(b"GET", b"HEAD", 1))
        head = await wallboard.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_list_of_known_pages_is_read_each_time(wallboard: Poller) -> None:
    etag = (await wallboard.get(AGENTS)).headers["etag"]
    for _ in range(3):
        assert (await wallboard.get(AGENTS, If_None_Match=f'"other", {etag}')).status == 304


async def test_nobody_overtakes_a_request_under_way(wallboard: Poller) -> None:
    await wallboard.get(AGENTS)
    parsed = wallboard.parsed
    wallboard.writer.write(wallboard.request("/api/v1/calls"))  # waits for the database
    await eventually(lambda: wallboard.parsed > parsed)
    wallboard.writer.write(wallboard.request(AGENTS))

    assert b'"next_cursor"' in (await wallboard.heard()).body
    assert b'"agents"' in (await wallboard.heard()).body


async def test_who_wants_another_protocol_is_declined_each_time(wallboard: Poller) -> None:
    """aiohttp parses nothing behind such a request until it has declined."""
    await wallboard.get(AGENTS)
    for _ in range(3):
        parsed = wallboard.parsed
        assert (
            await wallboard.get(AGENTS, Upgrade="websocket", Connection="Upgrade")
        ).status == 200
        assert wallboard.parsed == parsed + 1


async def test_a_body_that_comes_later_is_no_request_either(wallboard: Poller) -> None:
    await wallboard.get(AGENTS)
    for _ in range(3):
        await wallboard.say(wallboard.request(AGENTS, Content_Length="10"))
        assert (await wallboard.heard()).status == 200
        await wallboard.say(b"0123456789")
        assert (await wallboard.get(AGENTS)).status == 200


async def test_a_request_too_long_to_be_kept_is_answered(wallboard: Poller) -> None:
    await wallboard.get(AGENTS, X_Long="a" * 5_000)
    parsed = wallboard.parsed
    assert (await wallboard.get(AGENTS, X_Long="a" * 5_000)).status == 200
    assert wallboard.parsed == parsed + 1


async def test_many_requests_do_not_fill_the_memory(
    wallboard: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mhud.web.repeats.KEPT", 3)
    for number in range(10):
        assert (await wallboard.get(f"{AGENTS}?{number}")).status == 200
    parsed = wallboard.parsed
    await wallboard.get(f"{AGENTS}?9")
    await wallboard.get(f"{AGENTS}?1")
    assert wallboard.parsed == parsed + 1


async def test_who_polls_is_not_idle(centre: CallCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE_S", 1)  # looking for garbage takes half of it
    loop = asyncio.get_running_loop()
    async with poller(centre.services, await centre.house.headers()) as board:
        end = loop.time() + 2.5
        while loop.time() < end:
            assert (await board.get(AGENTS)).status == 200


async def test_for_who_does_not_read_little_is_kept(wallboard: Poller, centre: CallCentre) -> None:
    page, at = 30_000, centre.clock.now()
    profile = AgentProfile(id="agent001", name="A" * page, interface="PJSIP/agent001")
    centre.services.pump.feed(AgentsConfigured(at=at, profiles=(profile,)))
    assert len((await wallboard.get(AGENTS)).body) > page
    server = wallboard.runner.server
    assert server is not None
    transport = server.connections[0].transport
    assert transport is not None
    asked = 250
    for _ in range(asked):
        await wallboard.say(wallboard.request(AGENTS))
        assert transport.get_write_buffer_size() < 5 * page
    for _ in range(asked):
        assert len((await wallboard.heard()).body) > page


# ---- by cookie


@pytest.fixture
async def browser(centre: CallCentre) -> AsyncIterator[Poller]:
    async with poller(centre.services, await signed_in(centre.house, "jane", "supervisor")) as one:
        assert (await one.get(AGENTS)).status == 200
        yield one


async def asked_again(browser: Poller) -> tuple[int, bool]:
    """The status, and whether the bytes were known."""
    parsed = browser.parsed
    status = (await browser.get(AGENTS)).status
    return status, browser.parsed == parsed


async def test_who_polls_with_a_cookie_is_known_too(browser: Poller) -> None:
    assert await asked_again(browser) == (200, True)


async def test_a_cookie_that_was_ended_is_refused_at_once(
    browser: Poller, centre: CallCentre
) -> None:
    (one,) = centre.services.access.logins.all()
    who = centre.services.access.authenticate_cookie(browser.headers["Cookie"].split("=")[1])
    await login_sessions.end(centre.services.access, centre.services.trail, who, one.login.id)

    assert await asked_again(browser) == (401, False)


async def test_a_cookie_of_who_was_disabled_is_refused_at_once(
    browser: Poller, centre: CallCentre
) -> None:
    await disable(centre.services.access, "jane")

    assert await asked_again(browser) == (401, False)


async def test_who_polls_keeps_his_login_and_who_paused_an_hour_has_lost_it(
    browser: Poller, centre: CallCentre
) -> None:
    for _ in range(3):
        await centre.clock.advance(3599)
        assert await asked_again(browser) == (200, True)
    await centre.clock.advance(3600)

    assert await asked_again(browser) == (401, False)


async def test_a_day_is_the_most_however_often_he_polled(home: House) -> None:
    home.services.pump.feed(Snapshot(at=home.clock.now()))
    async with poller(home.services, await signed_in(home, "jane", "supervisor")) as browser:
        for _ in range(47):
            assert (await browser.get(AGENTS)).status == 200
            await home.clock.advance(1800)
        assert await asked_again(browser) == (200, True)
        await home.clock.advance(1800)

        assert await asked_again(browser) == (401, False)


async def test_two_cookies_are_refused_though_each_is_known(
    browser: Poller, centre: CallCentre
) -> None:
    both = f"{browser.headers['Cookie']}; {(await signed_in(centre.house))['Cookie']}"
    for _ in range(2):
        assert (await browser.get(AGENTS, Cookie=both)).status == 401
