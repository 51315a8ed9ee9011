"""The other end of a page's phone, on the simulator: signs it in, calls it, and takes its goodbye.

It speaks as much SIP as JsSIP needs to be in a talk; no voice goes anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, Route, WebSocketRoute

from tests.browser.desks import AGENT

END = "\r\n"
# A microphone that is there and silent: the machine of the tests has none. `voices`: its tracks.
MICROPHONE = """window.voices = [];
navigator.mediaDevices.getUserMedia = async () => {
  const { stream } = new AudioContext().createMediaStreamDestination();
  window.voices.push(stream.getAudioTracks()[0]);
  return stream;
};"""
# A page gives up a line on which nothing comes for 10 s; a test may take longer.
SOMETHING_COMES = """RTCPeerConnection.prototype.getStats = async () =>
  new Map([["voice", { type: "inbound-rtp", packetsReceived: performance.now() }]]);"""
SDP = END.join(
    (
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 101",
        "c=IN IP4 127.0.0.1",
        "a=rtcp-mux",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
        "a=setup:actpass",
        "a=mid:0",
        "a=sendrecv",
        "a=rtpmap:111 opus/48000/2",
        "a=rtpmap:101 telephone-event/48000",
        "",
    )
)


@dataclass
class Softline:
    """`said` are the first lines of what the page sent, oldest first.

    `is_silent`: it answers none of it. `is_away`: nobody gets through to it.
    """

    call_id: str | None = None
    is_silent: bool = False
    is_away: bool = False
    said: list[str] = field(default_factory=list)
    called: int = 0
    socket: WebSocketRoute | None = None

    async def serve(self, page: Page) -> None:
        """Before the page is loaded. `call_id`: of the call that it may ask back."""
        await page.add_init_script(MICROPHONE)
        await page.add_init_script(SOMETHING_COMES)
        await page.route("**/api/v1/phone", self._phone)
        await page.route_web_socket("**/phone", self._connected)

    def calls(self, number: str) -> None:
        """The page's phone rings."""
        assert self.socket is not None, "the page has no phone yet"
        self.called += 1
        head = (
            f"INVITE sip:{AGENT}@mhud.invalid;transport=ws SIP/2.0",
            f"Via: SIP/2.0/WS 127.0.0.1;branch=z9hG4bKcall{self.called}",
            f"From: <sip:{number}@127.0.0.1>;tag=there",
            f"To: <sip:{AGENT}@mhud.invalid>",
            f"Call-ID: softline{self.called}",
            "CSeq: 1 INVITE",
            "Contact: <sip:there@127.0.0.1;transport=ws>",
            "Max-Forwards: 70",
            "Content-Type: application/sdp",
            f"Content-Length: {len(SDP)}",
            "",
        )
        self.socket.send(END.join(head) + END + SDP)

    async def breaks(self) -> None:
        """The connection, and none comes about again."""
        assert self.socket is not None, "the page has no phone yet"
        self.is_away = True
        await self.socket.close(code=1012)

    async def _phone(self, route: Route) -> None:
        mine: dict[str, Any] = {"agent_id": AGENT, "kind": "browser", "extension": "1002"}
        if route.request.method == "GET":
            found = {**mine, "signed_in": False, "call_id": self.call_id}
            await route.fulfill(json=found)
        else:
            await route.fulfill(json={"success": True, **mine, "username": AGENT, "secret": "s"})

    async def _connected(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        if self.is_away:
            await socket.close(code=1012)
            return
        socket.on_message(lambda message: self._hear(socket, str(message)))

    def _hear(self, socket: WebSocketRoute, message: str) -> None:
        first = message.split(END, 1)[0]
        self.said.append(first)
        if first.startswith("SIP/2.0 200") and "INVITE" in message:
            socket.send(self._ack(message))
        elif not first.startswith("SIP/2.0") and not self.is_silent:
            socket.send(self._ok(message))

    def _ok(self, request: str) -> str:
        same = [f"{name}: {_of(request, name)}" for name in ("Via", "From", "Call-ID", "CSeq")]
        to = _of(request, "To")
        to = to if ";tag=" in to else f"{to};tag=there"
        contact = [f"Contact: {_of(request, 'Contact')}"] if "Contact:" in request else []
        lines = ["SIP/2.0 200 OK", *same, f"To: {to}", *contact, "Content-Length: 0", "", ""]
        return END.join(lines)

    def _ack(self, answer: str) -> str:
        lines = [
            f"ACK sip:{AGENT}@mhud.invalid SIP/2.0",
            "Via: SIP/2.0/WS 127.0.0.1;branch=z9hG4bKack",
            *(f"{name}: {_of(answer, name)}" for name in ("From", "To", "Call-ID")),
            "CSeq: 1 ACK",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        return END.join([*lines, "", ""])


def _of(message: str, name: str) -> str:
    """A header."""
    found = re.search(rf"^{name}: *(.*?)\r$", message, re.MULTILINE | re.IGNORECASE)
    assert found, (name, message)
    return found[1]
