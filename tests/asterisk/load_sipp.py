"""SIPp by the hundred: scenarios without commands, each process good for any number of calls."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.asterisk.pbx_process import DIES_WITH_US
from tests.asterisk.scenario import OK, SDP, label, send, wrap

BYE, ANSWER, OVER = 1, 2, 12
_SDP = SDP.format(port="media_port", mode="sendrecv").replace("[$n]", "1")


def _request(method: str, cseq: int, to: str, sdp: str = "", again: str = "") -> str:
    return send(
        f"""{method} sip:[field0]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
        From: <sip:+4930[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
        To: <sip:[field0]@[remote_ip]:[remote_port]>{to}
        Call-ID: [call_id]
        CSeq: {cseq} {method}
        Contact: <sip:test@[local_ip]:[local_port]>
        Max-Forwards: 70""",
        sdp,
        again,
    )


def callers(stay_s: float) -> str:
    """Each dials the next number of the file, stays so long once he is through, and hangs up."""
    tag, again = "[peer_tag_param]", ' retrans="500"'
    early = "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180, 183))
    return wrap(
        _request("INVITE", 1, "", _SDP, again)
        + early
        + '<recv response="200" timeout="40000"/>\n'
        + _request("ACK", 1, tag)
        + f'<recv request="BYE" timeout="{int(stay_s * 1000)}" ontimeout="{BYE}"/>\n'
        + send(OK, attributes=f' next="{OVER}"')
        + label(BYE)
        + _request("BYE", 2, tag, again=again)
        + '<recv response="200"/>\n'
    )


def phones(ring_s: float) -> str:
    """All agents' phones in one: rings so long, answers, and stays until the other hangs up."""
    head = OK.removeprefix("SIP/2.0 200 OK\n").replace(
        "[last_To:]", "[last_To:];tag=[pid]T[call_number]"
    )
    contact = "\nContact: <sip:test@[local_ip]:[local_port]>"
    names = (("Via", "via"), ("From", "from"), ("To", "to"), ("CSeq", "cseq"))
    grabs = "".join(
        f'<ereg regexp="[^ ].*" search_in="hdr" header="{header}:" assign_to="{name}"/>\n'
        for header, name in names
    )
    kept = (
        "Via: [$via]\nFrom: [$from]\nTo: [$to];tag=[pid]T[call_number]\n"
        f"Call-ID: [call_id]\nCSeq: [$cseq]{contact}"
    )
    return wrap(
        f'<recv request="INVITE"><action>\n{grabs}</action></recv>\n'
        + '<Reference variables="via,from,to,cseq"/>\n'
        + send(f"SIP/2.0 180 Ringing\n{head}{contact}")
        + f'<recv request="CANCEL" timeout="{int(ring_s * 1000)}" ontimeout="{ANSWER}"/>\n'
        + send(OK)
        + send(f"SIP/2.0 487 Request Terminated\n{kept}")
        + f'<recv request="ACK" next="{OVER}"/>\n'
        + label(ANSWER)
        + send(f"SIP/2.0 200 OK\n{kept}", _SDP, ' retrans="500"')
        + '<recv request="ACK"/>\n<recv request="BYE"/>\n'
        + send(OK)
    )


class Sipp:
    """One SIPp process; its counters are in the file of statistics that it writes."""

    def __init__(self, folder: Path, name: str, address: tuple[str, int], media: int) -> None:
        self._folder, self._name, self._address, self._media = folder, name, address, media
        self._process: asyncio.subprocess.Process

    async def start(self, xml: str, *options: str) -> None:
        path = self._folder / f"{self._name}.xml"
        path.write_text(xml)
        host, port = self._address
        self._process = await asyncio.create_subprocess_exec(
            *DIES_WITH_US, "sipp", "-sf", path, "-nostdin", "-i", host, "-p", str(port),
            "-mi", host, "-mp", str(self._media), "-trace_stat", "-fd", "1",
            "-stf", self._folder / f"{self._name}.csv", *options,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, cwd=self._folder,
        )  # fmt: skip

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def ended(self) -> None:
        await self._process.wait()

    def count(self, column: str) -> int:
        """The last value of a column, for example "SuccessfulCall(C)"."""
        lines = (self._folder / f"{self._name}.csv").read_text().splitlines()
        row = dict(zip(lines[0].split(";"), lines[-1].split(";"), strict=False))
        return int(row[column])
