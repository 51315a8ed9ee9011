"""A mail server in the test's own loop, as strict, slow or broken as the test wants it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from mhud.config import MailSettings

USERNAME, PASSWORD = "mhud", "a password of a test"


@dataclass
class MailServer:
    """`received`: messages. `refuse`: a command and the line with which it is answered."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    refuse: dict[str, list[str]] = field(default_factory=dict)
    tries: int = 0

    def _refusal(self, command: str) -> str | None:
        answers = self.refuse.get(command)
        return answers.pop(0) if answers else None

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        self.tries += 1
        if refusal := self._refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        if refusal := self._refusal("DATA"):
            return refusal
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        self.recipients += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        self.signed_in.append(bool(session.authenticated))
        return "250 OK"


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, login: Any) -> Any:
    good = (login.login, login.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


@asynccontextmanager
async def mail_server(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, auth: bool = False
) -> AsyncIterator[MailServer]:
    """Listens on a free port of loopback. With `auth` it takes mail of USERNAME only."""
    handler = MailServer()

    def protocol() -> SMTP:
        return SMTP(
            handler,
            hostname="mail.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=_knows if auth else None,
            auth_required=auth,
            auth_require_tls=starttls is not None,
        )

    async with _listening(protocol, tls) as handler.port:
        yield handler


class _Mute(asyncio.Protocol):
    """Takes the connection, says `greeting` and nothing more."""

    def __init__(self, greeting: bytes) -> None:
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._greeting)


@asynccontextmanager
async def stalled_server(greeting: bytes = b"") -> AsyncIterator[int]:
    """The port of a server that stalls after its greeting, or before it."""
    async with _listening(lambda: _Mute(greeting)) as port:
        yield port


@asynccontextmanager
async def _listening(
    protocol: Callable[[], asyncio.BaseProtocol], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def mail_settings(port: int, **changes: Any) -> MailSettings:
    """For such a server, unencrypted unless `changes` say else."""
    told = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Helpline <no-reply@example.org>",
        "timeout_s": 5,
    }
    return MailSettings.model_validate({**told, **changes})
