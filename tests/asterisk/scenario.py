"""SIPp scenarios: a party to a call that does what it is told while the call goes on.

A test commands a running SIPp by sending it a SIP request of the call's Call-ID, of a method that
no phone sends of itself (COMMANDS). So a test acts when an event came, and need not guess times.
"""

from __future__ import annotations

from dataclasses import dataclass

COMMANDS = {"bye": "PUBLISH", "hold": "PRACK", "unhold": "UPDATE", "refer": "SUBSCRIBE"}
GO = "MESSAGE"  # to a ringing phone: do now what you are there for

# Labels are numbers in SIPp.
TALK, SAY_BYE, SAY_HOLD, SAY_UNHOLD, SAY_REFER, GOT_BYE, GOT_INVITE, GOT_NOTIFY = range(1, 9)
FINAL, OPTIONS, END = 10, 11, 12

SDP = """v=0
o=- 1 [$n] IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [{port}] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a={mode}
"""
OK = """SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]"""
CONTACT = "\nContact: <sip:test@[local_ip]:[local_port]>"
REASONS = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    502: "Bad Gateway",
    503: "Service Unavailable",
    603: "Decline",
}


def send(text: str, sdp: str = "", attributes: str = "") -> str:
    head = "\n".join(line.strip() for line in text.strip().splitlines())
    tail = (
        f"Content-Type: application/sdp\nContent-Length: [len]\n\n{sdp}"
        if sdp
        else "Content-Length: 0\n\n"
    )
    return f"<send{attributes}><![CDATA[\n{head}\n{tail}]]></send>\n"


def label(number: int) -> str:
    return f'<label id="{number}"/>\n'


def on(request: str, target: int) -> str:
    """If this request comes, go there."""
    return f'<recv request="{request}" optional="true" next="{target}"/>\n'


def grab(pattern: str, header: str, variable: str) -> str:
    return f'<ereg regexp="{pattern}" search_in="hdr" header="{header}:" assign_to="{variable}"/>\n'


def wrap(body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="test">\n{body}\n'
        f"{label(END)}</scenario>\n"
    )


@dataclass(frozen=True)
class Dialog:
    """How one side writes its requests inside the call."""

    target: str
    sender: str
    recipient: str
    audio: str  # a file of silence to send; none: no audio
    tell: str  # a shell command that says `{what}` about the call [call_id]

    @property
    def port(self) -> str:
        return "rtpstream_audio_port" if self.audio else "media_port"

    def sdp(self, mode: str = "sendrecv") -> str:
        return SDP.format(port=self.port, mode=mode)

    def request(self, method: str, extra: str = "", sdp: str = "", attributes: str = "") -> str:
        return send(
            f"""{method} {self.target} SIP/2.0
            Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
            From: {self.sender}
            To: {self.recipient}
            Call-ID: [call_id]
            CSeq: [$n] {method}
            Contact: <sip:test@[local_ip]:[local_port]>
            Max-Forwards: 70
            {extra}""".rstrip(),
            sdp,
            attributes or ("" if method == "ACK" else ' retrans="500"'),
        )

    def says(self, what: str) -> str:
        return f'<exec command="{self.tell.format(what=what)}"/>\n'

    def gets(self, message: str, then: str = "") -> str:
        """Waits for a message with which it is ready for the next command."""
        return f"<recv {message}{then}><action>{self.says('talks')}</action></recv>\n"

    def talk(self) -> str:
        """The call is up: answers what comes, does what the test commands, until a BYE.

        No `nop` on the way back to the start: SIPp takes no message while in one.
        """
        goto = f' next="{TALK}"'
        return "".join(
            (
                self._play(),
                label(TALK),
                on("BYE", GOT_BYE),
                on("INVITE", GOT_INVITE),
                on("NOTIFY", GOT_NOTIFY),
                on("ACK", TALK),
                self._command("bye", SAY_BYE),
                self._command("hold", SAY_HOLD),
                self._command("unhold", SAY_UNHOLD),
                self._command("refer", SAY_REFER, optional=False),
                label(SAY_REFER),
                self.request("REFER", "Refer-To: <[$target]>\nReferred-By: <sip:test@[local_ip]>"),
                self.gets('response="202"', goto),
                label(SAY_HOLD) + self._reinvite("sendonly", goto),
                label(SAY_UNHOLD) + self._reinvite("sendrecv", goto),
                label(GOT_NOTIFY) + send(OK, attributes=goto),
                label(GOT_INVITE) + send(OK + CONTACT, self.sdp(), goto),
                label(SAY_BYE) + self.request("BYE"),
                f'<recv response="200" next="{END}"/>\n',
                label(GOT_BYE) + send(OK),
            )
        )

    def _play(self) -> str:
        if not self.audio:
            return ""
        stream = f"{self.audio},-1,0,PCMU/8000"
        return f'<nop><action><exec rtp_stream="{stream}"/></action></nop>\n'

    def _command(self, name: str, target: int, *, optional: bool = True) -> str:
        actions = grab("[0-9]+", "CSeq", "n") + grab("sip:[^>]*", "Refer-To", "target")
        flag = ' optional="true"' if optional else ""
        return (
            f'<recv request="{COMMANDS[name]}"{flag} next="{target}">'
            f"<action>\n{actions}</action></recv>\n"
        )

    def _reinvite(self, mode: str, goto: str) -> str:
        return (
            self.request("INVITE", sdp=self.sdp(mode))
            + '<recv response="100" optional="true"/>\n'
            + self.gets('response="200"')
            + self.request("ACK", attributes=goto)
        )


def caller(number: str, name: str, audio: str, tell: str) -> str:
    """Calls [service] and stays until told otherwise, or until the other side hangs up."""
    dialog = Dialog(
        target="sip:[service]@[remote_ip]:[remote_port]",
        sender=f'"{name}" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]T[call_number]',
        recipient="<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]",
        audio=audio,
        tell=tell,
    )
    first = dialog.request("INVITE", sdp=dialog.sdp()).replace("[peer_tag_param]", "")
    early = "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180, 183))
    return wrap(
        '<nop><action><assignstr assign_to="n" value="1"/>'
        '<assignstr assign_to="target" value=""/></action></nop>\n'
        + first
        + early
        + dialog.gets('response="200" timeout="40000"')
        + dialog.request("ACK")
        + dialog.talk()
    )


@dataclass(frozen=True)
class Behavior:
    """What a phone does when it rings.

    `after_s` seconds of ringing, then `final` (200 answers). None: rings until told GO.
    """

    final: int = 200
    after_s: float | None = 0.2
    audio: bool = False


def phone(behavior: Behavior, audio: str, tell: str) -> str:
    """Takes any number of calls."""
    dialog = Dialog("[$contact]", "[$to];tag=[pid]T[call_number]", "[$from]", audio, tell)
    head = """[last_Via:]
        [last_From:]
        [last_To:];tag=[pid]T[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:test@[local_ip]:[local_port]>"""
    kept = """Via: [$via]
        From: [$from]
        To: [$to];tag=[pid]T[call_number]
        Call-ID: [call_id]
        CSeq: [$cseq]
        Contact: <sip:test@[local_ip]:[local_port]>"""
    taken = "".join(
        (
            grab("sip:[^>;]*", "Contact", "contact"),
            "".join(
                f'<ereg regexp="[^ ].*" search_in="hdr" header="{header}:" assign_to="{name}"/>\n'
                for header, name in (("From", "from"), ("To", "to"), ("Via", "via"))
            ),
            grab("[^ ].*", "CSeq", "cseq"),
            '<assignstr assign_to="n" value="1"/>\n<assignstr assign_to="target" value=""/>\n',
            dialog.says("rings"),
        )
    )
    wait = ""  # SIPp looks for a time limit in the first of the messages that may come
    if behavior.after_s is not None:
        wait = f' timeout="{int(behavior.after_s * 1000)}" ontimeout="{FINAL}"'
    return wrap(
        on("OPTIONS", OPTIONS)
        + f'<recv request="INVITE"><action>\n{taken}</action></recv>\n'
        + '<Reference variables="contact,from,to,via,cseq,n,target"/>\n'
        + send("SIP/2.0 180 Ringing\n" + head)
        + f'<recv request="{GO}" optional="true" next="{FINAL}"{wait}/>\n'
        + '<recv request="CANCEL"/>\n'
        + send(OK)
        + send("SIP/2.0 487 Request Terminated\n" + kept)
        + f'<recv request="ACK" next="{END}"/>\n'
        + label(FINAL)
        + _final(behavior, kept, dialog)
        + f'<nop next="{END}"/>\n'
        + label(OPTIONS)
        + send("SIP/2.0 200 OK\n" + head)
    )


def _final(behavior: Behavior, kept: str, dialog: Dialog) -> str:
    if behavior.final == 200:
        return (
            send("SIP/2.0 200 OK\n" + kept, dialog.sdp(), ' retrans="500"')
            + dialog.gets('request="ACK"')
            + dialog.talk()
        )
    status = f"{behavior.final} {REASONS[behavior.final]}"
    return send(f"SIP/2.0 {status}\n" + kept, attributes=' retrans="500"') + (
        '<recv request="ACK"/>\n'
    )
