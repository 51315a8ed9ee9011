"""SMS by somebody's HTTP gateway, which the settings describe: one request per message."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import aiohttp
from pydantic import SecretStr
from yarl import URL

from mhud.config import SmsSettings
from mhud.messages.message import Message, Undelivered

_PLACEHOLDER = re.compile(r"\{number\}|\{text\}")
LONGEST_ANSWER = 65_536  # bytes that are read of it


class Gateway:
    """The placeholders are filled in encoded as their place wants it."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    async def carry(self, message: Message) -> None:
        """Raises Undelivered. A number is asked for again only when the request did not leave."""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                status, answer = await self._ask(message)
        except TimeoutError:
            raise Undelivered("timeout", again=False) from None
        except aiohttp.ClientConnectorError as error:
            tls = isinstance(error, aiohttp.ClientSSLError) or isinstance(
                error.os_error, ssl.SSLError
            )
            raise Undelivered("tls" if tls else "unreachable", again=not tls) from None
        except (aiohttp.ClientError, OSError):
            raise Undelivered("broken-off", again=False) from None
        except ValueError:
            raise Undelivered("malformed", again=False) from None
        self._judge(status, answer)

    async def reach(self) -> None:
        """Connects, encrypted where the address says so, and asks for nothing. Raises Undelivered.

        A `{number}` or `{text}` in the name of the host itself is not filled in.
        """
        url = URL(_PLACEHOLDER.sub("0", _secret(self._settings.url)), encoded=True)
        tls = ssl.create_default_context() if url.scheme == "https" else None
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                _, writer = await asyncio.open_connection(url.host, url.port, ssl=tls)
        except TimeoutError:
            raise Undelivered("timeout", again=False) from None
        except ssl.SSLError:
            raise Undelivered("tls", again=False) from None
        except OSError:
            raise Undelivered("unreachable", again=True) from None
        writer.transport.abort()

    def _judge(self, status: int, answer: str) -> None:
        if status in (429, 503):
            raise Undelivered("refused", again=True)
        if not 200 <= status < 300:
            raise Undelivered("refused", again=False)
        wanted = self._settings.accepted
        if wanted is not None and re.search(wanted, answer) is None:
            raise Undelivered("refused", again=False)

    async def _ask(self, message: Message) -> tuple[int, str]:
        """A redirect is not followed: it would take number and secrets elsewhere."""
        sms = self._settings
        url = _filled(_secret(sms.url), message, lambda text: quote(text, safe=""))
        headers = {name: value.get_secret_value() for name, value in sms.headers.items()}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                sms.method,
                URL(url, encoded=True),
                headers=headers,
                allow_redirects=False,
                **self._body(message),
            ) as response,
        ):
            answer = await response.content.read(LONGEST_ANSWER)
            return response.status, answer.decode("utf-8", "replace")

    def _body(self, message: Message) -> dict[str, Any]:
        if self._settings.json_body is not None:
            return {"json": _in_json(json.loads(_secret(self._settings.json_body)), message)}
        if self._settings.form:
            form = {name: one.get_secret_value() for name, one in self._settings.form.items()}
            return {"data": {name: _filled(value, message) for name, value in form.items()}}
        return {}


def _in_json(value: Any, message: Message) -> Any:
    """Every string of it, however deep."""
    if isinstance(value, str):
        return _filled(value, message)
    if isinstance(value, list):
        return [_in_json(one, message) for one in value]
    if isinstance(value, dict):
        return {name: _in_json(one, message) for name, one in value.items()}
    return value


def _as_it_is(text: str) -> str:
    return text


def _filled(template: str, message: Message, encoded: Callable[[str], str] = _as_it_is) -> str:
    """In one go: a text that holds a placeholder's name is still only a text."""
    values = {"{number}": message.to, "{text}": message.text}
    return _PLACEHOLDER.sub(lambda found: encoded(values[found[0]]), template)


def _secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()
