"""How much may be asked, and by whom."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, make_mocked_request
from pytest_aiohttp.plugin import AiohttpClient

from mhud.web import ratelimit
from mhud.web.address import Addresses, limited_as
from mhud.web.app import build_app
from mhud.web.ratelimit import Limiter
from tests.fake_clock import FakeClock
from tests.houses import House, house

Api = TestClient[Any, Any]
KEYS = "/api/v1/keys"
TOKEN = "/api/v1/auth/token"


async def statuses(api: Api, count: int, headers: dict[str, str] | None = None) -> list[int]:
    return [(await api.get(KEYS, headers=headers)).status for _ in range(count)]


async def test_the_standard_tier_gets_sixty_a_minute_and_then_429(api: Api, home: House) -> None:
    headers = await home.headers(tier="standard")
    got = await statuses(api, 60, headers)
    await home.clock.advance(20.5)
    refused = await api.get(KEYS, headers=headers)

    assert set(got) == {200}
    assert refused.status == 429
    assert (await refused.json())["code"] == "rate_limit_exceeded"
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    await home.clock.advance(40)
    assert await statuses(api, 1, headers) == [200]


async def test_others_have_their_own(api: Api, home: House) -> None:
    greedy = await home.headers(tier="enterprise:2")
    assert await statuses(api, 3, greedy) == [200, 200, 429]

    assert await statuses(api, 1, await home.headers(tier="standard")) == [200]


async def test_commands_can_not_be_drained_by_polling(api: Api, home: House) -> None:
    headers = await home.headers(tier="enterprise:2")
    await statuses(api, 3, headers)
    command = await api.post("/api/v1/calls/call-unknown/end", headers=headers)

    assert command.status == 404
    assert command.headers["X-RateLimit-Remaining"] == "1"


async def test_errors_count_too_and_without_credentials_the_address_does(
    api: Api, home: House
) -> None:
    assert await statuses(api, 61) == [401] * 60 + [429]
    assert await statuses(api, 1, await home.headers()) == [200]


async def sign_in(api: Api, username: str) -> int:
    return (await api.post(TOKEN, json={"username": username, "password": "wrong"})).status


async def test_signing_in_is_limited_by_name_and_address(api: Api) -> None:
    assert [await sign_in(api, "jane") for _ in range(11)] == [401] * 10 + [429]
    assert await sign_in(api, "JANE") == 429
    assert await sign_in(api, "john") == 401


async def test_the_headers_tell_of_the_limit_that_is_reached_first(api: Api) -> None:
    left = []
    for _ in range(11):
        answer = await api.post(TOKEN, json={"username": "jane", "password": "wrong"})
        left.append((answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]))

    assert left == [("10", str(number)) for number in (*range(9, -1, -1), 0)]


async def test_a_shift_behind_one_address_gets_in_ten_times_as_often(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mhud.web.middleware.SIGN_IN_ADDRESS", 12)

    got = [await sign_in(api, f"user{number}") for number in range(13)]
    assert got == [401] * 12 + [429]


async def test_behind_a_trusted_proxy_the_asker_is_who_the_proxy_names(
    tmp_path: Any, aiohttp_client: AiohttpClient
) -> None:
    async with house(tmp_path, http={"trusted_proxies": ["127.0.0.0/8"]}) as home:
        api = await aiohttp_client(build_app(home.services))
        one = await statuses(api, 61, {"X-Forwarded-For": "198.51.100.1"})
        other = await statuses(api, 1, {"X-Forwarded-For": "6.6.6.6, 198.51.100.2"})

    assert one == [401] * 60 + [429]
    assert other == [401]


class Wire:
    """Stands where the socket is: who is at its other end."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self._peer, 4321) if name == "peername" else default


def asked(peer: str, forwarded: str | None = None) -> Any:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return make_mocked_request("GET", "/", headers=headers, transport=Wire(peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("198.51.100.7", "203.0.113.1", "198.51.100.7"),  # no proxy of ours: not believed
        ("10.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("10.0.0.1", "203.0.113.1, 10.0.0.2", "203.0.113.1"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("", None, "unknown"),
    ],
)
def test_the_last_hop_that_is_no_proxy_of_ours_counts(
    peer: str, forwarded: str | None, found: str
) -> None:
    assert Addresses(["10.0.0.0/8"]).of(asked(peer, forwarded)) == found


def test_loopback_is_this_machine_and_not_a_proxy_that_nobody_declared() -> None:
    addresses = Addresses([])

    assert addresses.is_loopback(asked("127.0.0.1"))
    assert addresses.is_loopback(asked("::1"))
    assert not addresses.is_loopback(asked("127.0.0.1", "203.0.113.1"))
    assert not addresses.is_loopback(asked("192.0.2.1"))


def test_a_household_of_ipv6_is_one_address() -> None:
    assert limited_as("2001:db8::1") == limited_as("2001:db8::ffff:2")
    assert limited_as("192.0.2.1") == "192.0.2.1"
    assert limited_as("unknown") == "unknown"


async def test_room_for_new_askers_is_made_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "KEPT", 10)
    limiter = Limiter(FakeClock())
    sizes = []
    for number in range(30):
        limiter.take("poll", f"asker{number}", 5)
        sizes.append(len(limiter._windows))

    assert max(sizes) == 10
    assert sum(after < before for before, after in pairwise(sizes)) == 4


async def test_windows_in_memory_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "KEPT", 10)
    clock = FakeClock()
    limiter = Limiter(clock)
    for number in range(50):
        limiter.take("poll", f"asker{number}", 5)
    assert len(limiter._windows) <= 10
    await clock.advance(61)

    assert limiter.take("poll", "asker49", 5).remaining == 4
