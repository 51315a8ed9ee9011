"""SMS: the request that the settings describe, and what is said of a gateway that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from mhud.config import SmsSettings
from mhud.config_words import in_words
from mhud.messages.gateway import Gateway
from mhud.messages.message import Message, Undelivered

CODE = Message(kind="phone", to="+254700123456", subject="-", text='123456 is "your" code & more')
SECRET = "key-of-the-gateway"


@dataclass
class Asked:
    """A gateway's memory: what it was asked, and what it answers."""

    url: str = ""
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    status: int = 200
    answer: str = '{"status": "sent"}'
    stalls: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.Response:
        body: Any = dict(await request.post())
        if request.content_type == "application/json":
            body = await request.json()
        self.requests.append((request.method, request.path_qs, dict(request.headers), body))
        if self.stalls is not None:
            await self.stalls.wait()
        return web.Response(status=self.status, text=self.answer, headers={"Location": "/else"})


@asynccontextmanager
async def gateway() -> AsyncIterator[Asked]:
    asked = Asked()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", asked.take)
    async with TestServer(app) as server:
        asked.url = str(server.make_url("/send"))
        yield asked
        if asked.stalls is not None:
            asked.stalls.set()


def described(asked: Asked, **more: Any) -> SmsSettings:
    form = {} if "json_body" in more else {"to": "{number}", "message": "{text}"}
    return SmsSettings.model_validate({"url": asked.url, "form": form, **more})


async def failure(settings: SmsSettings) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await Gateway(settings).carry(CODE)
    assert "254" not in repr(caught.value)
    return caught.value


async def test_a_form_is_filled_in_and_the_secret_goes_in_a_header() -> None:
    async with gateway() as asked:
        await Gateway(described(asked, headers={"Authorization": f"Bearer {SECRET}"})).carry(CODE)

    ((method, path, headers, body),) = asked.requests
    assert (method, path) == ("POST", "/send")
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert body == {"to": CODE.to, "message": CODE.text}


async def test_strings_of_a_json_body_are_filled_in_however_deep_they_stand() -> None:
    body = '{"messages": [{"to": ["{number}"], "body": "{text}", "flash": false}], "key": "k"}'
    async with gateway() as asked:
        await Gateway(described(asked, json_body=body)).carry(CODE)

    assert asked.requests[0][3] == {
        "messages": [{"to": [CODE.to], "body": CODE.text, "flash": False}],
        "key": "k",
    }


async def test_in_a_url_number_and_text_are_encoded() -> None:
    async with gateway() as asked:
        url = asked.url + "?to={number}&text={text}"
        await Gateway(SmsSettings.model_validate({"url": url, "method": "GET"})).carry(CODE)

    method, path, _, _ = asked.requests[0]
    assert method == "GET"
    assert path == ("/send?to=%2B254700123456&text=123456%20is%20%22your%22%20code%20%26%20more")


async def test_a_text_with_a_placeholder_in_it_stays_a_text() -> None:
    message = Message(kind="phone", to="+254700123456", subject="-", text="call {number}")
    async with gateway() as asked:
        await Gateway(described(asked)).carry(message)

    assert asked.requests[0][3]["message"] == "call {number}"


@pytest.mark.parametrize(
    ("status", "again"),
    [(400, False), (401, False), (429, True), (500, False), (503, True), (302, False)],
)
async def test_a_refusal_is_tried_again_only_where_that_costs_no_second_sms(
    status: int, again: bool
) -> None:
    async with gateway() as asked:
        asked.status = status
        error = await failure(described(asked))

    assert (error.reason, error.again) == ("refused", again)
    assert len(asked.requests) == 1  # nor was a redirect followed


async def test_an_answer_of_200_that_lacks_what_the_settings_demand_is_a_refusal() -> None:
    async with gateway() as asked:
        settings = described(asked, accepted=r'"status":\s*"sent"')
        await Gateway(settings).carry(CODE)
        asked.answer = '{"status": "no credit"}'
        error = await failure(settings)

    assert (error.reason, error.again) == ("refused", False)


async def test_a_gateway_that_stalls_is_given_up_in_time_and_not_asked_twice() -> None:
    async with gateway() as asked:
        asked.stalls = asyncio.Event()
        error = await failure(described(asked, timeout_s=0.2))

    assert (error.reason, error.again) == ("timeout", False)


async def test_a_gateway_that_is_down_may_be_tried_again() -> None:
    async with gateway() as asked:
        settings = described(asked)
    error = await failure(settings)

    assert (error.reason, error.again) == ("unreachable", True)


async def test_what_is_no_https_gets_nothing() -> None:
    async with gateway() as asked:
        error = await failure(described(asked, url=asked.url.replace("http:", "https:")))

    assert (error.reason, error.again) == ("tls", False)
    assert asked.requests == []


def test_settings_show_no_secret() -> None:
    settings = SmsSettings.model_validate(
        {
            "url": f"https://sms.test/?key={SECRET}&to={{number}}",
            "headers": {"X-Key": SECRET},
            "json_body": f'{{"key": "{SECRET}", "text": "{{text}}"}}',
        }
    )
    assert SECRET not in repr(settings)
    assert SECRET not in settings.model_dump_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://sms.test/{number}/{text}"},
        {"url": "https://sms.test/", "form": {"to": "{number}"}},
        {"url": "https://sms.test/", "json_body": '{"to": "{number}", "text": "{text}"'},
        {"url": "https://sms.test/{number}/{text}", "form": {"a": "b"}, "json_body": "{}"},
        {"url": "https://sms.test/{number}/{text}", "headers": {"X Y": "z"}},
        {"url": "https://sms.test/{number}/{text}", "headers": {"X-Y": "z\r\nHost: b"}},
    ],
)
def test_settings_that_can_not_work_are_refused_in_words_that_quote_nothing(
    wrong: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError) as caught:
        SmsSettings.model_validate(wrong)

    assert "sms.test" not in in_words(caught.value)


async def test_a_gateway_that_hangs_up_without_an_answer_is_not_asked_twice() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/?to={{number}}&text={{text}}"
        error = await failure(SmsSettings.model_validate({"url": url}))

    assert (error.reason, error.again) == ("broken-off", False)
