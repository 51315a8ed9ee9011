"""The little SIP that tests speak themselves: requests, their answers, digest authentication."""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid


def header(text: str, name: str) -> str:
    """The header's value, or "" when there is none."""
    found = re.search(rf"(?im)^{name}\s*:\s*(.*?)\r?$", text)
    return found.group(1) if found else ""


def authorization(challenge: str, user: str, method: str, uri: str) -> str:
    """The answer to a WWW-Authenticate of Asterisk's; a phone's password is its name."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', challenge))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - SIP's digest is MD5

    secret = md5(f"{user}:{given['realm']}:{user}")
    response = md5(f"{secret}:{given['nonce']}:00000001:c:auth:{md5(f'{method}:{uri}')}")
    return (
        f'Authorization: Digest username="{user}", realm="{given["realm"]}", '
        f'nonce="{given["nonce"]}", uri="{uri}", qop=auth, nc=00000001, cnonce="c", '
        f'response="{response}", opaque="{given.get("opaque", "")}"\r\n'
    )


class Wire(asyncio.DatagramProtocol):
    """A UDP socket that knows which answer belongs to which request."""

    def __init__(self, peer: tuple[str, int]) -> None:
        self.peer = peer
        self.transport: asyncio.DatagramTransport
        self._waiting: dict[tuple[str, str], asyncio.Future[str]] = {}

    async def open(self, port: int = 0, host: str = "127.0.0.1") -> None:
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(lambda: self, (host, port))

    @property
    def address(self) -> str:
        host, port = self.transport.get_extra_info("sockname")
        return f"{host}:{port}"

    def close(self) -> None:
        self.transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode("utf-8", "replace")
        if not text.startswith("SIP/2.0 "):
            self.on_request(text)
            return
        if text.startswith("SIP/2.0 180"):
            self.on_ringing(text)
        future = self._waiting.get((header(text, "Call-ID"), header(text, "CSeq")))
        if future and not future.done() and not text.startswith("SIP/2.0 1"):
            future.set_result(text)

    def on_request(self, text: str) -> None:
        """For phones to answer."""

    def on_ringing(self, text: str) -> None:
        """For phones that do something before the answer."""

    def send(self, head: str, body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        self.transport.sendto(text.encode(), self.peer)

    async def ask(self, head: str, body: str = "", timeout_s: float = 10) -> str:
        """Sends the request until its final answer comes. Raises TimeoutError."""
        key = (header(head, "Call-ID"), header(head, "CSeq"))
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[key] = answer
        async with asyncio.timeout(timeout_s):
            while True:
                self.send(head, body)
                done, _ = await asyncio.wait((answer,), timeout=0.1 if "OPTIONS" in key[1] else 2)
                if done:
                    return answer.result()

    def head(self, method: str, uri: str, headers: str) -> str:
        """Request line and Via, then `headers`, which must end in CR LF."""
        branch = f"z9hG4bK{uuid.uuid4().hex}"
        return (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {self.address};branch={branch}\r\n"
            f"Max-Forwards: 70\r\n{headers}"
        )


async def register(pbx_port: int, user: str, contact_port: int, expires_s: int = 3600) -> None:
    """Tells Asterisk where the phone is; `expires_s` 0: that it is gone. Raises RuntimeError."""
    wire = Wire(("127.0.0.1", pbx_port))
    await wire.open()
    uri, call, allowed = f"sip:127.0.0.1:{pbx_port}", uuid.uuid4().hex, ""
    try:
        for cseq in (1, 2):
            headers = (
                f"From: <sip:{user}@127.0.0.1>;tag=r{cseq}\r\nTo: <sip:{user}@127.0.0.1>\r\n"
                f"Call-ID: {call}\r\nCSeq: {cseq} REGISTER\r\n"
                f"Contact: <sip:{user}@127.0.0.1:{contact_port}>\r\nExpires: {expires_s}\r\n"
            )
            answer = await wire.ask(wire.head("REGISTER", uri, headers + allowed))
            if answer.startswith("SIP/2.0 200"):
                return
            allowed = authorization(header(answer, "WWW-Authenticate"), user, "REGISTER", uri)
    finally:
        wire.close()
    raise RuntimeError(f"{user} could not register")


async def answers(address: tuple[str, int], timeout_s: float = 10) -> None:
    """Returns as soon as the phone there answers OPTIONS. Raises TimeoutError."""
    wire = Wire(address)
    await wire.open(host=address[0])
    uri = f"sip:test@{address[0]}:{address[1]}"
    headers = (
        f"From: <sip:test@{address[0]}>;tag=o\r\nTo: <{uri}>\r\nCall-ID: {uuid.uuid4().hex}\r\n"
        f"CSeq: 1 OPTIONS\r\nContact: <sip:test@{wire.address}>\r\n"
    )
    try:
        await wire.ask(wire.head("OPTIONS", uri, headers), timeout_s=timeout_s)
    finally:
        wire.close()
