"""One call of the busy day, told from its first channel to its CDR."""

from __future__ import annotations

from itertools import pairwise
from random import Random

Headers = list[tuple[str, str]]
QUEUES = ("support", "sales", "billing", "retention", "vip")
AGENTS = 200
_CLASSES = {"call": "call,all", "dialplan": "dialplan,all", "agent": "agent,all", "cdr": "cdr,all"}
_STATES = {0: "Down", 4: "Ring", 5: "Ringing", 6: "Up"}
_DAY_BEGAN = 1_763_760_000
_RTP = (
    "ssrc=305419896;themssrc=2596069104;lp=0;rxjitter=0.000125;rxcount=4750;"
    "txjitter=0.000000;txcount=4749;rlp=0;rtt=0.000000"
)


class Leg:
    """A channel, with what its events repeat of it."""

    def __init__(self, name: str, state: int, number: str, caller: str, uid: str, lid: str) -> None:
        self.name, self.state, self.number, self.caller = name, state, number, caller
        self.connected = ("<unknown>", "<unknown>")
        self.context, self.exten, self.priority = "", "", 1
        self.uid, self.lid = uid, lid

    def headers(self, prefix: str = "") -> Headers:
        pairs = (
            ("Channel", self.name),
            ("ChannelState", str(self.state)),
            ("ChannelStateDesc", _STATES[self.state]),
            ("CallerIDNum", self.number),
            ("CallerIDName", self.caller),
            ("ConnectedLineNum", self.connected[0]),
            ("ConnectedLineName", self.connected[1]),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", self.context),
            ("Exten", self.exten),
            ("Priority", str(self.priority)),
            ("Uniqueid", self.uid),
            ("Linkedid", self.lid),
        )
        return [(prefix + name, content) for name, content in pairs]


def interface(agent: int) -> str:
    """`agent` from 0."""
    return f"PJSIP/{2000 + agent}"


def agent_name(agent: int) -> str:
    return f"Agent {agent}" + (" Zoë Müller" if agent % 9 == 0 else "")


class CallStory:
    """Tells one call from its first channel to its CDR."""

    def __init__(self, number: int, random: Random) -> None:
        self.told: list[bytes] = []
        self._random = random
        self._number = number
        self._began = _DAY_BEGAN + number
        lid = self._uid(0)
        self._caller_number = f"+1555{random.randrange(10**7):07d}"
        caller = random.choice(["Acme Corp", "J. Smith", "<unknown>", "José Núñez"])
        trunk = f"PJSIP/trunk-out-{number:08x}"
        self.leg = Leg(trunk, 4, self._caller_number, caller, lid, lid)
        self.leg.context, self.leg.exten = "from-trunk", "8005551234"
        self._queue = random.choice(QUEUES)

    def tell(self) -> list[bytes]:
        self._arrive()
        self._wait()
        tried = self._random.choice([1, 1, 2, 2, 3])
        chosen = self._random.sample(range(AGENTS), tried)
        for nth, agent in enumerate(chosen):
            last = self._ring(agent, nth)
            if nth < tried - 1:
                self._give_up(agent, last)
            else:
                self._talk(agent, last)
        self._end(last)
        return self.told

    # ---- the call's stations

    def _arrive(self) -> None:
        leg, did = self.leg, "8005551234"
        self._event("Newchannel", "call", leg.headers())
        self._step("from-trunk", did, 1, "NoOp", f"Inbound {self._caller_number}")
        self._step("from-trunk", did, 2, "Set", "CHANNEL(language)=en")
        self._variable(leg, "CDR_PROP", "enabled")
        self._variable(leg, "__FROM_DID", did)
        self._step("from-trunk", did, 3, "Answer", "")
        leg.state = 6
        self._event("Newstate", "call", leg.headers())
        self._step("ivr-main", "s", 1, "Background", "custom/welcome")
        self._variable(leg, "PLAYBACKSTATUS", "SUCCESS")
        self._step("ivr-main", "1", 1, "Set", f"QUEUE={self._queue}")
        self._variable(leg, "QUEUE", self._queue)

    def _wait(self) -> None:
        queue, leg = self._queue, self.leg
        recording = f"/var/spool/asterisk/monitor/2026/11/21/{queue}-{leg.lid}.wav"
        self._step("queues", queue, 1, "MixMonitor", f"{recording},b")
        self._variable(leg, "MIXMONITOR_FILENAME", recording)
        self._step("queues", queue, 2, "Queue", f"{queue},tTkK,,,300")
        count = str(self._random.randrange(1, 9))
        place = [("Queue", queue), ("Position", "1"), ("Count", count)]
        self._event("QueueCallerJoin", "agent", leg.headers(), place)
        names = "QUEUENAME QUEUEPOSITION QUEUEHOLDTIME QUEUETALKTIME QEORIGINALPOS"
        for name in names.split():
            content = queue if name == "QUEUENAME" else str(self._random.randrange(300))
            self._variable(leg, name, content)

    def _ring(self, agent: int, nth: int) -> Leg:
        caller = self.leg
        name = f"{interface(agent)}-{self._number * 4 + nth + 1:08x}"
        dialed = Leg(name, 0, str(2000 + agent), agent_name(agent), self._uid(nth + 1), caller.lid)
        dialed.connected = (self._caller_number, caller.caller)
        dialed.context, dialed.exten = "from-internal", self._queue
        self._event("Newchannel", "call", dialed.headers())
        self._variable(dialed, "SIPCALLID", f"{self._random.randrange(1 << 64):016x}@10.0.0.1")
        self._member(agent, 6, 10)
        self._of_both("AgentCalled", "agent", dialed, self._member_of(agent))
        self._of_both("DialBegin", "call", dialed, [("DialString", interface(agent)[6:])])
        dialed.state = 5
        self._event("Newstate", "call", dialed.headers())
        self._of_both("DialState", "call", dialed, [("DialStatus", "RINGING")])
        return dialed

    def _give_up(self, agent: int, dialed: Leg) -> None:
        rang = [*self._member_of(agent), ("RingTime", "15000")]
        self._of_both("AgentRingNoAnswer", "agent", dialed, rang)
        self._of_both("DialEnd", "call", dialed, [("DialStatus", "NOANSWER")])
        why = [("Cause", "26"), ("Cause-txt", "Answered elsewhere"), ("TechCause", "SIP 487")]
        self._event("Hangup", "call", dialed.headers(), why)
        self._member(agent, 1, 10)

    def _talk(self, agent: int, dialed: Leg) -> None:
        self._answer(agent, dialed)
        bridge = self._bridge_id()
        self._event("BridgeCreate", "call", _bridge(bridge, 0))
        self._event("BridgeEnter", "call", _bridge(bridge, 1), dialed.headers())
        self._event("BridgeEnter", "call", _bridge(bridge, 2), self.leg.headers())
        self._event("NewConnectedLine", "call", self.leg.headers())
        self._during(dialed)
        self._event("BridgeLeave", "call", _bridge(bridge, 1), self.leg.headers())
        self._event("BridgeLeave", "call", _bridge(bridge, 0), dialed.headers())
        self._event("BridgeDestroy", "call", _bridge(bridge, 0))
        times = [("HoldTime", "12"), ("TalkTime", "95"), ("Reason", "caller")]
        self._of_both("AgentComplete", "agent", dialed, [*self._member_of(agent), *times])
        self._event("HangupRequest", "call", self.leg.headers())
        why = [("Cause", "16"), ("Cause-txt", "Normal Clearing")]
        self._event("Hangup", "call", dialed.headers(), why)
        self._member(agent, 1, 11)

    def _answer(self, agent: int, dialed: Leg) -> None:
        dialed.state = 6
        self._event("Newstate", "call", dialed.headers())
        self._of_both("DialEnd", "call", dialed, [("DialStatus", "ANSWER")])
        self._member(agent, 2, 10)
        for name, content in (
            ("MEMBERINTERFACE", interface(agent)),
            ("MEMBERNAME", agent_name(agent)),
            ("MEMBERCALLS", "10"),
            ("MEMBERLASTCALL", "1763759000"),
            ("MEMBERPENALTY", "0"),
            ("MEMBERDYNAMIC", "1"),
            ("QEHOLDTIME", "12"),
            ("BRIDGEPEER", dialed.name),
        ):
            self._variable(self.leg, name, content)
        self._variable(dialed, "BRIDGEPEER", self.leg.name)
        place = [("Queue", self._queue), ("Position", "1"), ("Count", "0")]
        self._event("QueueCallerLeave", "agent", self.leg.headers(), place)
        times = [("RingTime", "4"), ("HoldTime", "12")]
        self._of_both("AgentConnect", "agent", dialed, [*self._member_of(agent), *times])

    def _during(self, dialed: Leg) -> None:
        if self._number % 3 == 0:
            self._event("Hold", "call", dialed.headers(), [("MusicClass", "default")])
            self._event("Unhold", "call", dialed.headers())
        if self._number % 5 == 0:
            report = [
                ("To", "10.0.0.9:17001"),
                ("From", "10.0.0.1:17001"),
                ("SSRC", "0x1234abcd"),
                ("PT", "200(SR)"),
                ("ReportCount", "1"),
            ]
            self._event("RTCPSent", "call", dialed.headers(), report)

    def _end(self, last: Leg) -> None:
        names = "RTPAUDIOQOS RTPAUDIOQOSJITTER RTPAUDIOQOSLOSS RTPAUDIOQOSRTT DIALSTATUS"
        for name in names.split():
            self._variable(self.leg, name, _RTP if name == "RTPAUDIOQOS" else "0.0125")
        self._step("queues", "h", 1, "Hangup", "")
        why = [("Cause", "16"), ("Cause-txt", "Normal Clearing"), ("TechCause", "")]
        self._event("Hangup", "call", self.leg.headers(), why)
        self._event("Cdr", "cdr", self._cdr(last))

    def _cdr(self, last: Leg) -> Headers:
        return [
            ("AccountCode", ""),
            ("Source", self._caller_number),
            ("Destination", self._queue),
            ("DestinationContext", "queues"),
            ("CallerID", f'"{self.leg.caller}" <{self._caller_number}>'),
            ("Channel", self.leg.name),
            ("DestinationChannel", last.name),
            ("LastApplication", "Queue"),
            ("LastData", f"{self._queue},tTkK,,,300"),
            ("StartTime", "2026-11-21 10:00:00"),
            ("AnswerTime", "2026-11-21 10:00:01"),
            ("EndTime", "2026-11-21 10:02:00"),
            ("Duration", "120"),
            ("BillableSeconds", "119"),
            ("Disposition", "ANSWERED"),
            ("AMAFlags", "DOCUMENTATION"),
            ("UniqueID", self.leg.lid),
            ("UserField", ""),
        ]

    # ---- words

    def _uid(self, nth: int) -> str:
        return f"{self._began}.{self._number * 4 + nth}"

    def _bridge_id(self) -> str:
        digits = f"{self._random.randrange(1 << 128):032x}"
        ends = (0, 8, 12, 16, 20, 32)
        return "-".join(digits[a:b] for a, b in pairwise(ends))

    def _event(self, name: str, class_: str, *groups: Headers) -> None:
        lines = [f"Event: {name}", f"Privilege: {_CLASSES[class_]}"]
        lines += [f"{key}: {content}" for group in groups for key, content in group]
        self.told.append(("\r\n".join(lines) + "\r\n\r\n").encode())

    def _of_both(self, name: str, class_: str, dialed: Leg, more: Headers) -> None:
        self._event(name, class_, self.leg.headers(), dialed.headers("Dest"), more)

    def _step(self, context: str, exten: str, priority: int, app: str, data: str) -> None:
        leg = self.leg
        leg.context, leg.exten, leg.priority = context, exten, priority
        now = [("Extension", exten), ("Application", app), ("AppData", data)]
        self._event("Newexten", "dialplan", leg.headers(), now)

    def _variable(self, leg: Leg, name: str, content: str) -> None:
        self._event("VarSet", "dialplan", leg.headers(), [("Variable", name), ("Value", content)])

    def _member_of(self, agent: int) -> Headers:
        return [
            ("Queue", self._queue),
            ("MemberName", agent_name(agent)),
            ("Interface", interface(agent)),
        ]

    def _member(self, agent: int, status: int, taken: int) -> None:
        now = [
            *self._member_of(agent),
            ("StateInterface", interface(agent)),
            ("Membership", "dynamic"),
            ("Penalty", "0"),
            ("CallsTaken", str(taken)),
            ("LastCall", "1763759000"),
            ("LastPause", "0"),
            ("LoginTime", "1763750000"),
            ("InCall", "1" if status == 2 else "0"),
            ("Status", str(status)),
            ("Paused", "0"),
            ("PausedReason", ""),
            ("Ringinuse", "0"),
            ("Wrapuptime", "5"),
        ]
        self._event("QueueMemberStatus", "agent", now)


def _bridge(bridge_id: str, channels: int) -> Headers:
    return [
        ("BridgeUniqueid", bridge_id),
        ("BridgeType", "basic"),
        ("BridgeTechnology", "simple_bridge"),
        ("BridgeCreator", "<unknown>"),
        ("BridgeName", "<unknown>"),
        ("BridgeNumChannels", str(channels)),
        ("BridgeVideoSourceMode", "none"),
    ]
