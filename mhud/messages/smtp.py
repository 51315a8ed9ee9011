"""E-mail by SMTP: a connection per message, encrypted as the settings say, never less."""

from __future__ import annotations

import asyncio
import ssl
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from mhud.clock import Clock
from mhud.config import MailSettings
from mhud.ids import new_message_id
from mhud.messages.message import Message, Undelivered

HOST_NAME = "mhud.invalid"  # in EHLO: asking the resolver for ours could take long
QUIT_S = 2.0
LINE = 72


class Smtp:
    """Raises OSError for a `ca_file` that can't be used."""

    def __init__(self, settings: MailSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._tls = None
        if settings.security != "none":
            self._tls = _trusting(settings.ca_file)
            self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    async def carry(self, message: Message) -> None:
        """Raises Undelivered."""
        async with self._signed_in() as client:
            mail = written(message, self._settings.sender or "", self._clock.now())
            await client.send_message(mail, recipients=[message.to])

    async def reach(self) -> None:
        """Connects and signs in, and sends nothing. Raises Undelivered."""
        async with self._signed_in():
            pass

    @asynccontextmanager
    async def _signed_in(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """Raises Undelivered, also for what the block raises or when it takes too long."""
        client, settings = self._client(), self._settings
        try:
            async with asyncio.timeout(settings.timeout_s):
                await client.connect()
                if settings.username is not None:
                    await client.login(settings.username, settings.password.get_secret_value())
                yield client
            with suppress(TimeoutError, SMTPException, OSError):  # it has the message
                await client.quit(timeout=min(QUIT_S, settings.timeout_s))
        except (TimeoutError, SMTPException, OSError, ValueError) as error:
            raise _undelivered(error) from None  # what the server said may quote the address
        finally:
            _hang_up(client)

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=HOST_NAME,
            timeout=settings.timeout_s,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
        )


def _trusting(authority: Path | None) -> ssl.SSLContext:
    """Raises OSError that names the setting."""
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise OSError(f"mail.ca_file can't be used: {error}") from error


def _hang_up(client: aiosmtplib.SMTP) -> None:
    """At once: a server that stalls would not answer the end of TLS either."""
    if isinstance(client.transport, asyncio.WriteTransport):
        client.transport.abort()
    client.close()


def written(message: Message, sender: str, at: datetime) -> EmailMessage:
    """Plain text. Raises ValueError for an address that would be more than one header."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{new_message_id()}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office notes, please
    mail.set_content(_folded(message.text))
    return mail


def _folded(text: str) -> str:
    """In lines that need no encoding, so that anything that shows a mail shows the code.

    A link stays whole, however long it is.
    """
    wrapper = textwrap.TextWrapper(LINE, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapper.fill(line) for line in text.splitlines())


def _undelivered(error: Exception) -> Undelivered:
    """Again only where a later try may go better."""
    if isinstance(error, TimeoutError):
        return Undelivered("timeout", again=True)
    if isinstance(error, SMTPRecipientsRefused):
        later = all(_is_passing(one.code) for one in error.recipients)
        return Undelivered("recipient-refused", again=later)
    if isinstance(error, SMTPAuthenticationError):
        return Undelivered("login-refused", again=_is_passing(error.code))
    if isinstance(error, SMTPResponseException):
        return Undelivered("refused", again=_is_passing(error.code))
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Undelivered("tls", again=False)
    if isinstance(error, ValueError):
        return Undelivered("malformed", again=False)
    if isinstance(error, SMTPException) and not isinstance(error, OSError):
        return Undelivered("not-offered", again=False)  # STARTTLS, or signing in
    return Undelivered("unreachable", again=True)


def _is_passing(code: int) -> bool:
    return 400 <= code < 500
