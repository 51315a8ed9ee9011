"""A phone for what SIPp can't do well: two calls at a time, and a transfer of one to the other."""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass

from tests.asterisk import sip
from tests.asterisk.sip import header


@dataclass
class Dialog:
    """One call as this phone sees it; `local` and `remote` are header values with their tags."""

    call_id: str
    local: str
    remote: str
    target: str
    cseq: int = 100


def _tag(value: str) -> str:
    found = re.search(r"tag=([^;>]*)", value)
    assert found
    return found.group(1)


def _uri(value: str) -> str:
    found = re.search(r"<([^>]*)>", value)
    assert found
    return found.group(1)


class Softphone(sip.Wire):
    """agentNNN's phone. It answers whatever calls, at once."""

    def __init__(self, agent: int, pbx_port: int, media_port: int) -> None:
        super().__init__(("127.0.0.1", pbx_port))
        self.user = f"agent{agent:03d}"
        self.media_port = media_port
        self.answered: asyncio.Queue[Dialog] = asyncio.Queue()
        self.over: set[str] = set()  # Call-IDs of dialogs that the other side has ended
        self._pbx_port = pbx_port
        self._rings: asyncio.Queue[str] = asyncio.Queue()
        self._taken: set[str] = set()  # Call-IDs: an INVITE may come again

    async def register(self) -> None:
        port = int(self.address.rpartition(":")[2])
        await sip.register(self._pbx_port, self.user, port)

    async def call(self, number: str) -> Dialog:
        """Dials; returns when the other side has answered.

        Raises RuntimeError when it does not: it refused, or rang for too long.
        """
        dialog, allowed = await self._dials(number)
        accepted = await self._until_answered(dialog, allowed)
        if not accepted.startswith("SIP/2.0 200"):
            self._ack(dialog, header(accepted, "To"))
            raise RuntimeError(accepted.partition("\r\n")[0])
        self._knows(dialog, accepted)
        self._ack(dialog)
        return dialog

    async def ring(self, number: str) -> Dialog:
        """Dials; returns as soon as it rings there. What comes then is not heard."""
        dialog, allowed = await self._dials(number)
        dialog.cseq += 1
        self.send(self._head(dialog, "INVITE", allowed), self._sdp())
        async with asyncio.timeout(10):
            self._knows(dialog, await self._rings.get())
        return dialog

    async def _dials(self, number: str) -> tuple[Dialog, str]:
        """A call that needs a password, and the header that shows it."""
        uri = f"sip:{number}@127.0.0.1:{self._pbx_port}"
        local = f"<sip:{self.user}@127.0.0.1>;tag={uuid.uuid4().hex[:8]}"
        dialog = Dialog(uuid.uuid4().hex, local, f"<{uri}>", uri, cseq=1)
        refused = await self._request(dialog, "INVITE", body=self._sdp())
        self._ack(dialog, header(refused, "To"))
        allowed = sip.authorization(header(refused, "WWW-Authenticate"), self.user, "INVITE", uri)
        return dialog, allowed

    def _knows(self, dialog: Dialog, answer: str) -> None:
        dialog.remote = header(answer, "To")
        dialog.target = _uri(header(answer, "Contact"))

    async def _until_answered(self, dialog: Dialog, allowed: str) -> str:
        """Takes the INVITE back when time is over."""
        dialog.cseq += 1
        invite = self._head(dialog, "INVITE", allowed)
        try:
            return await self.ask(invite, self._sdp())
        except TimeoutError:
            self.send(invite.replace("INVITE", "CANCEL"))
            return await self.ask(invite, self._sdp())

    async def hang_up(self, dialog: Dialog) -> None:
        await self._request(dialog, "BYE")

    async def attended_transfer(self, first: Dialog, second: Dialog) -> None:
        """Joins the other ends of both calls and leaves. Raises RuntimeError when refused."""
        replaces = (
            f"{second.call_id}%3Bto-tag%3D{_tag(second.remote)}%3Bfrom-tag%3D{_tag(second.local)}"
        )
        number = re.search(r"sip:([^@]*)@", second.remote)
        assert number
        target = f"<sip:{number.group(1)}@127.0.0.1:{self._pbx_port}?Replaces={replaces}>"
        extra = f"Refer-To: {target}\r\nReferred-By: <sip:{self.user}@127.0.0.1>\r\n"
        answer = await self._request(first, "REFER", extra)
        if not answer.startswith("SIP/2.0 202"):
            raise RuntimeError(answer.partition("\r\n")[0])

    def on_ringing(self, text: str) -> None:
        self._rings.put_nowait(text)

    def on_request(self, text: str) -> None:
        method, call_id = text.split(" ", 1)[0], header(text, "Call-ID")
        if method == "BYE":
            self.over.add(call_id)
        if method == "INVITE" and "tag=" not in header(text, "To"):
            if call_id not in self._taken:
                self._accept(text)
                self._taken.add(call_id)
        elif method == "INVITE":
            self._answer(text, "200 OK", self._contact, self._sdp())
        elif method != "ACK":
            self._answer(text, "200 OK")

    def _accept(self, text: str) -> None:
        local = f"{header(text, 'To')};tag={uuid.uuid4().hex[:8]}"
        target = _uri(header(text, "Contact"))
        dialog = Dialog(header(text, "Call-ID"), local, header(text, "From"), target)
        self._answer(text, "180 Ringing", self._contact, local=local)
        self._answer(text, "200 OK", self._contact, self._sdp(), local=local)
        self.answered.put_nowait(dialog)

    def _answer(
        self, request: str, status: str, extra: str = "", body: str = "", local: str = ""
    ) -> None:
        found = re.findall(r"(?im)^Via\s*:\s*(.*?)\r?$", request)
        vias = "".join(f"Via: {via}\r\n" for via in found)
        self.send(
            f"SIP/2.0 {status}\r\n{vias}From: {header(request, 'From')}\r\n"
            f"To: {local or header(request, 'To')}\r\nCall-ID: {header(request, 'Call-ID')}\r\n"
            f"CSeq: {header(request, 'CSeq')}\r\n{extra}",
            body,
        )

    def _head(self, dialog: Dialog, method: str, extra: str = "", remote: str = "") -> str:
        return self.head(
            method,
            dialog.target,
            f"From: {dialog.local}\r\nTo: {remote or dialog.remote}\r\n"
            f"Call-ID: {dialog.call_id}\r\nCSeq: {dialog.cseq} {method}\r\n{self._contact}{extra}",
        )

    async def _request(self, dialog: Dialog, method: str, extra: str = "", body: str = "") -> str:
        dialog.cseq += 1
        return await self.ask(self._head(dialog, method, extra), body)

    def _ack(self, dialog: Dialog, remote: str = "") -> None:
        self.send(self._head(dialog, "ACK", remote=remote))

    @property
    def _contact(self) -> str:
        return f"Contact: <sip:{self.user}@{self.address}>\r\n"

    def _sdp(self) -> str:
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self.media_port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
        )
