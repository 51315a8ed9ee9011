"""Those who guess, listen to answers, flood and lock others out, against a daemon that runs."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mhud.clock import SystemClock
from tests.certificates import Authority
from tests.mail_server import PASSWORD, USERNAME, MailServer, mail_server, stalled_server
from tests.served import Serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SECRET = "seven small lighthouses"
HOME = "198.51.100.7"
STALLED_S = 60  # that long mhud waits for a mail server that stalls


@dataclass
class Front:
    """The daemon from outside. `ip`: from where a request seems to come; else a new one each."""

    serve: Serve
    mail: MailServer
    http: aiohttp.ClientSession
    _ips: Any = field(default_factory=lambda: count(1))

    async def post(self, path: str, body: Any, ip: str | None = None) -> tuple[int, Any]:
        number = next(self._ips)
        headers = {"X-Forwarded-For": ip or f"203.0.{number // 250}.{number % 250 + 1}"}
        url = f"{self.serve.base}{path}"
        async with self.http.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def send(self, address: str, ip: str | None = None) -> int:
        body = {"addr_addr": address, "addr_type": "email"}
        return (await self.post("/helpline/api/sendOTP", body, ip))[0]

    async def guess(self, address: str, code: str, ip: str | None = None) -> int:
        body = {"addr_addr": address, "otp": code}
        return (await self.post("/helpline/api/verifyOTP", body, ip))[0]

    async def password(self, text: str, ip: str) -> int:
        return (await self.post("/api/v1/auth/token", {"username": "jane", "password": text}, ip))[
            0
        ]

    async def code(self, address: str) -> str:
        """Asked for, and read in the mailbox."""
        before = len(self.mail.received)
        assert await self.send(address, HOME) == 200
        while len(self.mail.received) == before:
            await SystemClock().sleep(0.02)
        codes: list[str] = re.findall(r"\b\d{6}\b", self.mail.received[-1].as_string())
        return codes[0]

    async def people(self, *names: str) -> None:
        for name in names:
            body = {"username": name, "email": f"{name}@example.org", "password": SECRET}
            headers = {"X-API-Key": self.serve.key}
            url = f"{self.serve.base}/helpline/api/users"
            async with self.http.post(url, json=body, headers=headers) as answer:
                assert answer.status == 201


def other(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 10**6:06}"


@asynccontextmanager
async def front(folder: Path, port: int | None = None) -> AsyncIterator[Front]:
    """Jane has an account. Mail goes to a strict server, or to whatever is at `port`."""
    authority = Authority(folder)
    authority.issue()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    async with mail_server(starttls=context, auth=True) as mail, aiohttp.ClientSession() as http:
        settings = {
            "MHUD_MAIL__HOST": "127.0.0.1",
            "MHUD_MAIL__PORT": str(port or mail.port),
            "MHUD_MAIL__SENDER": "Helpline <no-reply@example.org>",
            "MHUD_MAIL__USERNAME": USERNAME,
            "MHUD_MAIL__PASSWORD": PASSWORD,
            "MHUD_MAIL__CA_FILE": str(authority.root()),
            "MHUD_MAIL__TIMEOUT_S": str(STALLED_S),
            "MHUD_HTTP__TRUSTED_PROXIES": '["127.0.0.1/32"]',
        }
        serve = Serve(folder, 1, **settings)
        await serve.make_key()
        process = await serve.start()
        try:
            one = Front(serve, mail, http)
            await one.people("jane")
            yield one
        finally:
            process.kill()
            await process.communicate()


async def test_a_code_by_real_mail_signs_in_once(tmp_path: Path) -> None:
    async with front(tmp_path) as site:
        code = await site.code("jane@example.org")
        wrong = [await site.guess("jane@example.org", other(code)) for _ in range(4)]
        right = await site.guess("jane@example.org", code)
        reused = await site.guess("jane@example.org", code)

        assert (wrong, right, reused) == ([401] * 4, 200, 401)
        assert (site.mail.encrypted, site.mail.signed_in) == ([True], [True])


async def test_attempts_are_remembered_by_a_daemon_that_was_killed(tmp_path: Path) -> None:
    async with front(tmp_path) as site:
        code = await site.code("jane@example.org")
        for _ in range(5):
            assert await site.guess("jane@example.org", other(code)) == 401
    serve = site.serve
    process = await serve.start()
    try:
        async with aiohttp.ClientSession() as http:
            again = Front(serve, site.mail, http)
            statuses = [await again.guess("jane@example.org", code, HOME) for _ in range(6)]
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()

    assert statuses == [401] * 5 + [429]


async def test_guesses_at_once_from_everywhere_are_no_more_than_guesses_one_by_one(
    tmp_path: Path,
) -> None:
    async with front(tmp_path) as site:
        code = await site.code("jane@example.org")
        guesses = [other(code, by) for by in range(1, 40)]
        statuses = Counter(
            await asyncio.gather(*(site.guess("jane@example.org", one) for one in guesses))
        )
        after = await site.guess("jane@example.org", code)

        assert statuses == {401: 10, 429: 29}
        assert after == 429


async def test_a_code_that_is_used_at_once_by_many_lets_one_in(tmp_path: Path) -> None:
    async with front(tmp_path) as site:
        code = await site.code("jane@example.org")
        statuses = Counter(
            await asyncio.gather(*(site.guess("jane@example.org", code) for _ in range(10)))
        )

        assert statuses == {200: 1, 401: 9}


async def test_neither_answer_nor_time_tells_who_has_an_account(tmp_path: Path) -> None:
    """Of two answers the one about a person would be the slower one in clearly over half."""
    async with front(tmp_path) as site:
        names = [f"person{number}" for number in range(40)]
        await site.people(*names)
        known = [f"{name}@example.org" for name in names]
        unknown = [f"nobody{number}@example.org" for number in range(40)]
        times: dict[bool, list[float]] = {True: [], False: []}
        answers: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        asked = [(address, address in known) for address in (known + unknown) * 4]
        random.Random(7).shuffle(asked)  # noqa: S311 - an order, not a secret
        for address, is_known in asked:
            for path, body in (
                ("/helpline/api/sendOTP", {"addr_addr": address, "addr_type": "email"}),
                ("/helpline/api/verifyOTP", {"addr_addr": address, "otp": "000000"}),
            ):
                began = SystemClock().monotonic()
                status, said = await site.post(path, body)
                times[is_known].append(SystemClock().monotonic() - began)
                answers[is_known][f"{status} {said}".replace(address, "-")] += 1
        slower = sum(a > b for a in times[True] for b in times[False])
        share = slower / (len(times[True]) * len(times[False]))

        assert answers[True] == answers[False]
        assert 0.4 < share < 0.6, share


async def test_a_mail_server_that_stalls_delays_no_answer_and_the_daemon_lives(
    tmp_path: Path,
) -> None:
    async with stalled_server() as port, front(tmp_path, port) as site:
        names = [f"person{number}" for number in range(70)]
        await site.people(*names)
        began = SystemClock().monotonic()
        asked = [f"{name}@example.org" for name in names for _ in range(5)]
        statuses = Counter(await asyncio.gather(*(site.send(address) for address in asked)))
        took = SystemClock().monotonic() - began
        dropped = 'mhud_messages_total{kind="email",outcome="dropped"}'

        assert statuses == {200: 350}
        assert took < STALLED_S
        assert await site.serve.metric("mhud_messages_waiting") <= 256
        assert await site.serve.metric(dropped) > 0
        assert await site.password(SECRET, HOME) == 200


async def test_a_mail_server_that_is_down_is_seen_by_the_operator_and_by_nobody_else(
    tmp_path: Path,
) -> None:
    async with stalled_server() as port:
        pass
    async with front(tmp_path, port) as site:
        assert [await site.send(f"{name}@example.org") for name in ("jane", "nobody")] == [200, 200]
        failed = 'mhud_messages_total{kind="email",outcome="failed"}'
        while not await site.serve.metric(failed):
            await SystemClock().sleep(0.1)
        told = site.serve.logged("message_not_sent")

        assert told is not None
        assert (told["kind"], told["reason"]) == ("email", "unreachable")
        assert "jane" not in site.serve.log.read_text()


async def test_nobody_locks_another_out(tmp_path: Path) -> None:
    async with front(tmp_path) as site:
        for _ in range(12):
            assert await site.password("a wrong one", "192.0.2.66") in (401, 429)
        for _ in range(20):
            await site.guess("nobody@example.org", "000000", "192.0.2.66")

        assert await site.password(SECRET, HOME) == 200
        assert (
            await site.guess("jane@example.org", await site.code("jane@example.org"), HOME) == 200
        )
        assert await site.password(SECRET, "192.0.2.66") in (401, 429)


async def test_a_flood_from_one_address_ends_for_that_address_only(tmp_path: Path) -> None:
    async with front(tmp_path) as site:
        flood = [site.send(f"nobody{number}@example.org", "192.0.2.66") for number in range(120)]
        statuses = Counter(await asyncio.gather(*flood))

        assert statuses == {200: 50, 429: 70}
        assert await site.send("jane@example.org", "192.0.2.66") == 429
        assert await site.send("jane@example.org", HOME) == 200
