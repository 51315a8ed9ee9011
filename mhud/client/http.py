"""Requests that arrive: retried where that is safe, at most once where it is not."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, TypeVar

import aiohttp
import orjson
from pydantic import BaseModel, ValidationError

import mhud
from mhud.client.credentials import Credentials
from mhud.client.errors import Conflict, Refused, UnexpectedAnswer, Unreachable, failure_of
from mhud.clock import Clock

MHU, OPENCHS = "/api/v1", "/helpline/api"
Model = TypeVar("Model", bound=BaseModel)
Values = Mapping[str, Any]
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 65.0  # a minute's rate limit is over by then; a longer wait is the caller's
AGAIN = frozenset({429, 503})  # nothing has happened yet
PROXIES = frozenset({502, 503, 504})  # who knows what has happened behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`repeatable`: to ask it twice does no more than to ask it once."""

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = True


class Http:
    """One server, one asker. `tries` of each request, at most."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        clock: Clock,
        *,
        timeout_s: float = 30.0,
        tries: int = 4,
        tls: SSLContext | None = None,
    ) -> None:
        """`tls` None: whom the system trusts. Raises ValueError."""
        if tries < 1 or not base_url.startswith(("http://", "https://")):
            raise ValueError("an http or https address, and at least one try")
        self.base_url = base_url.rstrip("/")
        self.tls = tls
        self.credentials = credentials
        self.clock = clock
        self._tries = tries
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            connector=aiohttp.TCPConnector(ssl=tls or True),
            headers={"User-Agent": f"mhud-client/{mhud.__version__}"},
        )

    async def close(self) -> None:
        await self._session.close()

    async def get(
        self, answers: type[Model], path: str, query: BaseModel | Values | None = None
    ) -> Model:
        """Raises ClientError."""
        ask = Ask(method="GET", path=path, query=_query(query))
        return _read(answers, await self.send(ask))

    async def post(
        self,
        answers: type[Model],
        path: str,
        body: BaseModel | Values | None = None,
        *,
        once: bool = True,
        key: str | None = None,
    ) -> Model:
        """With an Idempotency-Key, `key` or one of ours; `once` False: where none is taken.

        Raises ClientError.
        """
        headers = {"Idempotency-Key": key or secrets.token_urlsafe(24)} if once else {}
        ask = Ask(method="POST", path=path, body=_body(body), headers=headers, repeatable=once)
        return _read(answers, await self.send(ask))

    async def put(
        self,
        answers: type[Model],
        path: str,
        body: BaseModel | Values,
    ) -> Model:
        """Raises ClientError."""
        ask = Ask(method="PUT", path=path, body=_body(body))
        return _read(answers, await self.send(ask))

    async def delete(self, answers: type[Model], path: str) -> Model:
        """Raises ClientError."""
        return _read(answers, await self.send(Ask(method="DELETE", path=path)))

    async def send(self, ask: Ask) -> bytes:
        """A good answer's body, after as many tries as it takes. Raises ClientError."""
        in_doubt, pause = False, FIRST_PAUSE_S
        for left in reversed(range(self._tries)):
            try:
                return await self._once(ask)
            except (Unreachable, UnexpectedAnswer) as error:
                if not (left and ask.repeatable and _is_doubtful(error)):
                    raise
                in_doubt, wait = True, pause
            except Refused as error:
                wait = error.retry_after or pause
                if not (left and self._may_help(error, in_doubt)) or wait > LONGEST_PAUSE_S:
                    raise
            await self.clock.sleep(_jittered(wait))
            pause = min(pause * 2, LONGEST_PAUSE_S)
        raise AssertionError("unreachable: the last try returns or raises")

    async def sign_in(self, path: str, body: Mapping[str, str]) -> Values:
        """For credentials. Raises ClientError."""
        raw = await self._exchange(Ask(method="POST", path=MHU + path, body=_body(body)), {})
        tokens: Values = orjson.loads(raw)
        return tokens

    def _may_help(self, error: Refused, in_doubt: bool) -> bool:
        """To ask again. 409: our own first try may still be running under the same key."""
        if isinstance(error, Conflict):
            return in_doubt and error.message.endswith("is still running")
        return error.status in AGAIN

    async def _once(self, ask: Ask) -> bytes:
        """Twice, if credentials have run out meanwhile."""
        headers = await self.credentials.headers(self.sign_in)
        try:
            return await self._exchange(ask, headers)
        except Refused as error:
            if error.status != 401 or not self.credentials.expire():
                raise
        return await self._exchange(ask, await self.credentials.headers(self.sign_in))

    async def _exchange(self, ask: Ask, credentials: Mapping[str, str]) -> bytes:
        headers = {**ask.headers, **credentials}
        if ask.body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                ask.method,
                self.base_url + ask.path,
                data=ask.body,
                params=ask.query,
                headers=headers,
                allow_redirects=False,  # credentials go to nobody else
            ) as answer:
                raw, status, told = await answer.read(), answer.status, answer.headers
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"no answer: {type(error).__name__}") from error
        if status >= 300:
            raise failure_of(status, told, raw)
        return raw


def _is_doubtful(error: Unreachable | UnexpectedAnswer) -> bool:
    """It may have happened or not, and may go better next time."""
    return isinstance(error, Unreachable) or error.status in PROXIES


def _read(answers: type[Model], raw: bytes) -> Model:
    try:
        return answers.model_validate_json(raw)
    except ValidationError as error:
        names = ", ".join(".".join(map(str, one["loc"])) for one in error.errors()[:3])
        raise UnexpectedAnswer(f"an answer of another shape: {names}") from None


def _body(body: BaseModel | Values | None) -> bytes | None:
    """Only what was set: in an update, null clears."""
    if body is None:
        return None
    if isinstance(body, BaseModel):
        return body.model_dump_json(exclude_unset=True, by_alias=True).encode()
    return orjson.dumps(dict(body))


def _query(query: BaseModel | Values | None) -> dict[str, str]:
    if isinstance(query, BaseModel):
        query = query.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return {name: _word(value) for name, value in (query or {}).items() if value is not None}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _jittered(wait_s: float) -> float:
    """Up to a tenth more, so that who failed together does not come back together."""
    return wait_s * (1 + secrets.randbelow(100) / 1000)
