"""mhud's account of the soak against Asterisk's: its queue_log, its dialing, its call records."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.asterisk.api import Json
from tests.asterisk.soak_queue_log import Line as Line
from tests.asterisk.soak_queue_log import queue_log as queue_log
from tests.asterisk.soak_queue_log import since_the_last_wait
from tests.asterisk.soak_tap import Dialed, Leg, Served, Tap
from tests.asterisk.soak_unseen import judge_unseen

LAST_QUEUE_EVENTS = {
    "ABANDON": {"abandoned"},
    "EXITWITHTIMEOUT": {"timeout"},
    "COMPLETECALLER": {"completed"},
    "COMPLETEAGENT": {"completed"},
    "JOINEMPTY": {"rejected"},
    "EXITEMPTY": {"rejected"},
}
OUTCOMES = (*LAST_QUEUE_EVENTS, "BLINDTRANSFER", "ATTENDEDTRANSFER", "CONNECT")
BY_CAUSE = {"17": "busy", "18": "no-answer", "19": "no-answer", "21": "rejected"}
CDR_LINKEDID = -2  # which column of cdr-csv
EDGE = timedelta(seconds=0.4)  # events on their way when the link was cut
LATE = timedelta(seconds=2)  # ... or waited in a busy mhud for their turn; it says so by a mark
MADE = timedelta(seconds=5)  # from an originate to its first channel
TALK_S = 1.0
LINE_S = 1.0  # queue_log counts from second to second, so a line may be that far off
LASTS_S = 1.2  # whole seconds are told, and Asterisk's words of one moment are some ms apart


@dataclass(frozen=True)
class Gap:
    """mhud did not hear Asterisk; `end` is when it was ready again, `heard` when its last
    connection began."""

    begin: datetime
    end: datetime
    heard: datetime


@dataclass
class Verdict:
    deviations: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def judge(self, holds: bool, what: str) -> None:
        self.figures["judged"] += 1
        if not holds:
            self.deviations.append(what)


def judge_events(verdict: Verdict, followed: list[Json], replayed: list[Json]) -> None:
    """What a consumer got who came back after each end, and what the ledger tells afterwards."""
    seqs = [event["seq"] for event in followed]
    verdict.judge(seqs == list(range(1, len(seqs) + 1)), "seq is not gapless over restarts")
    verdict.judge(followed == replayed, "a replay differs from what was sent")
    for type_ in ("call.new", "call.ended"):
        told = Counter(event["call"]["id"] for event in followed if event["type"] == type_)
        for one, times in told.items():
            verdict.judge(times == 1, f"{one}: {times} times {type_}")
    verdict.figures["events of /ws"] = len(followed)


@dataclass
class Trial:
    """One call before the court: what mhud has of it and what Asterisk did."""

    id: str
    call: Json
    legs: list[Leg]
    log: list[Line]
    asked: list[Line]  # what Local legs heard that were there longer than the agent who asked
    served: list[Served]
    events: list[Json]
    tap: Tap

    @property
    def placed_by(self) -> str | None:
        """Whose an originated call stays, whoever takes him when he is sent to a queue."""
        return self.events[0]["call"]["agent_id"] if self.id.startswith("call-mhud-") else None

    @property
    def given_up(self) -> bool:
        """His agent left him to the queue that he had asked, and nobody came."""
        gone = next((leg.gone for leg in self.legs if leg.uniqueid == leg.linkedid), None)
        left = self.served[-1].leg.gone if self.served else None
        was_left = gone is not None and left is not None and left < gone
        return was_left and _outcomes(self.asked)[-1:] == ["ABANDON"]

    @property
    def rescued(self) -> bool:
        return any(leg.uniqueid in self.tap.rescued for leg in self.legs)

    @property
    def born(self) -> datetime:
        return min(leg.born for leg in self.legs)

    @property
    def gone(self) -> datetime:
        return max(leg.gone or leg.born for leg in self.legs)


def judge_calls(
    verdict: Verdict, tap: Tap, told: list[Json], followed: list[Json],
    log: dict[str, list[Line]], gaps: list[Gap],
) -> None:  # fmt: skip
    rows = Counter(call["id"] for call in told)
    for one, times in rows.items():
        verdict.judge(times == 1, f"{one}: {times} times in the history")
    calls = {call["id"]: call for call in told}
    truth = tap.calls()
    for one in calls.keys() - truth.keys():
        _judge_without_legs(verdict, calls[one], tap)
    known = {leg.uniqueid for legs in truth.values() for leg in legs}
    for uniqueid, lines in log.items():
        of_nobody = uniqueid not in known and any(line.event in OUTCOMES for line in lines)
        verdict.judge(not of_nobody, f"queue_log has {lines} of {uniqueid}, and of no call")
    events: dict[str, list[Json]] = {}
    for event in followed:
        if "call" in event and event["type"].startswith("call."):
            events.setdefault(event["call"]["id"], []).append(event)
    for one, legs in truth.items():
        verdict.figures["calls"] += 1
        # what a Local leg hears is told to the agent who asks, and is no talk of his caller's
        # and what colleagues say to each other after he has gone is theirs
        theirs = [leg for leg in legs if not tap.came_too_late(leg, legs)]
        ids = {leg.uniqueid for leg in theirs if not leg.name.startswith("Local/")}
        served = [talk for talk in tap.served if talk.uniqueid in ids]
        left = served[-1].leg.gone if served else None
        later = {one.uniqueid for one in theirs if left and one.gone and one.gone > left}
        asked = _lines(log, later - ids)
        lines, shown = _lines(log, ids), calls.get(one, {})
        trial = Trial(one, shown, legs, lines, asked, served, events.get(one, []), tap)
        _judge_call(verdict, trial, gaps)


def _outcomes(lines: list[Line]) -> list[str]:
    return [line.event for line in lines if line.event in OUTCOMES]


def _lines(log: dict[str, list[Line]], ids: set[str]) -> list[Line]:
    return sorted((line for uid in ids for line in log.get(uid, [])), key=lambda x: x.number)


def _judge_without_legs(verdict: Verdict, call: Json, tap: Tap) -> None:
    """It became part of another call; or an originate that reached nobody."""
    into = tap.merged().get(call["id"])
    if into is not None:
        verdict.figures["consultations joined to a call"] += 1
        joined = (call["end_reason"], call["merged_into"]) == ("merged", into)
        right = call["gap"] or call["backfilled"] or joined  # the books tell of it as a call
        verdict.judge(right, f"{call['id']}: {call['end_reason']}, but it became {into}")
        return
    never = call["id"].startswith("call-mhud-") and call["answer_time"] is None
    verdict.judge(never, f"{call['id']}: Asterisk knows no such call")
    verdict.figures["originates without a channel"] += 1


def _judge_call(verdict: Verdict, trial: Trial, gaps: list[Gap]) -> None:
    born, gone = trial.born, trial.gone
    if any(gap.begin - EDGE <= born and gone <= gap.end + EDGE for gap in gaps):
        verdict.figures["calls wholly inside a gap"] += 1
        judge_unseen(verdict, trial)
        return
    verdict.judge(bool(trial.call), f"{trial.id}: not in the history")
    if not trial.call:
        return
    verdict.figures["answered" if trial.call["answer_time"] else "not answered"] += 1
    told = [event["type"] for event in trial.events]
    once = told.count("call.new") == told.count("call.ended") == 1
    verdict.judge(once, f"{trial.id}: /ws told {told}")
    late = LATE if trial.call["gap"] else EDGE
    if any(born < gap.end + late and gone > gap.begin - late for gap in gaps):
        _judge_touched(verdict, trial, gaps)
    else:
        _judge_whole(verdict, trial)


def _judge_touched(verdict: Verdict, trial: Trial, gaps: list[Gap]) -> None:
    verdict.figures["calls that touch a gap"] += 1
    if any(_missed_some(trial, gap) for gap in gaps):
        verdict.judge(trial.call["gap"], f"{trial.id}: touched a gap and is not marked")


def _missed_some(trial: Trial, gap: Gap) -> bool:
    """Surely: what began after `heard` may be heard whole, however late mhud is ready."""
    return trial.born < max(gap.begin, gap.heard - EDGE) and trial.gone > gap.begin + EDGE


def _judge_whole(verdict: Verdict, trial: Trial) -> None:
    verdict.figures["calls seen whole"] += 1
    call, id_ = trial.call, trial.id
    verdict.judge(not call["gap"], f"{id_}: marked, yet no gap was near")
    if trial.log:
        _judge_queue(verdict, trial)
    if call["monitors"]:
        verdict.figures["listeners"] += 1
    elif id_.startswith("call-mhud-"):
        _judge_outbound(verdict, trial)
    total = (trial.gone - _begun(verdict, trial)).total_seconds()
    near = abs(call["duration"] - total) <= LASTS_S
    verdict.judge(near, f"{id_}: {call['duration']} s, by Asterisk {total:.1f} s")


def _begun(verdict: Verdict, trial: Trial) -> datetime:
    """A call that mhud was asked for begins then, and a busy Asterisk takes a while to make it."""
    first = min(trial.legs, key=lambda leg: leg.born)
    if trial.id != f"call-{first.uniqueid}" or not first.uniqueid.startswith("mhud-"):
        return trial.born
    asked = datetime.fromisoformat(trial.call["start_time"])
    right = asked <= trial.born <= asked + MADE
    verdict.judge(right, f"{trial.id}: asked for at {asked}, Asterisk began it at {trial.born}")
    return asked


def _judge_queue(verdict: Verdict, trial: Trial) -> None:
    call, id_ = trial.call, trial.id
    verdict.figures["calls in queue_log"] += 1
    elsewhere = call["end_reason"] == "merged"  # the other call has the end
    log = since_the_last_wait(trial.log) if trial.rescued else trial.log
    for event in () if elsewhere else _outcomes(log)[-1:]:
        verdict.figures[event] += 1
        wanted = LAST_QUEUE_EVENTS.get(event, {call["end_reason"]})
        wanted = {"abandoned"} if trial.given_up else wanted
        right = call["end_reason"] in wanted
        verdict.judge(right, f"{id_}: {call['end_reason']}, queue_log says {trial.log}")
    connects = [line.agent for line in trial.log if line.event == "CONNECT"]
    heard = [served.agent_id for served in trial.served]
    verdict.judge(connects == heard, f"{id_}: the soak heard {heard}, queue_log says {connects}")
    agents = set(connects)
    right = agents <= set(call["agent_ids"]) and bool(agents) <= bool(call["answer_time"])
    verdict.judge(right, f"{id_}: agents {call['agent_ids']}, queue_log says {sorted(agents)}")
    _judge_talks(verdict, trial)


def _judge_talks(verdict: Verdict, trial: Trial) -> None:
    told = talks(trial.call)
    joined = trial.id in trial.tap.merged().values()  # queue_log ends a talk where two are joined
    if joined or trial.rescued:  # ... and that of who left it when the next one ends
        verdict.figures["talks of calls that were joined, or led away, not timed"] += 1
        return
    for served in trial.served:
        near = [
            seconds
            for agent, began, seconds in told
            if agent in (served.agent_id, trial.placed_by)
            and abs((began - served.began).total_seconds()) <= 2
        ]
        right = any(abs(seconds - served.seconds) <= TALK_S for seconds in near)
        verdict.figures["talks"] += 1
        verdict.judge(
            right, f"{trial.id}: {served.agent_id} talked {served.seconds:.1f} s, told {told}"
        )
    left = {served.agent_id for served in trial.served if served.was_left}
    for line in trial.log:
        if line.talked is not None and line.agent not in left:
            who = (line.agent, trial.placed_by)
            told_s = [seconds for agent, _, seconds in told if agent in who]
            near_s = any(abs(seconds - line.talked) < TALK_S + LINE_S for seconds in told_s)
            verdict.judge(near_s, f"{trial.id}: {line} in queue_log, told {told}")


def talks(call: Json) -> list[tuple[str, datetime, float]]:
    """(agent, began, seconds) by mhud's record of the call."""
    found = []
    for talk in call["talks"]:
        began, ended = (datetime.fromisoformat(talk[at]) for at in ("began_at", "ended_at"))
        found.append((talk["agent_id"], began, (ended - began).total_seconds()))
    return found


def _judge_outbound(verdict: Verdict, trial: Trial) -> None:
    verdict.figures["outbound calls"] += 1
    call, id_ = trial.call, trial.id
    legs = {leg.uniqueid: leg for leg in trial.legs}
    dialed = [d for d in trial.tap.dialed if d.leg in legs and d.leg != id_.removeprefix("call-")]
    ended = [d.status for d in dialed]
    answered = "ANSWER" in ended
    verdict.figures[f"dialed: {ended[-1] if ended else 'nobody'}"] += 1
    right = answered == (call["answer_time"] is not None)
    verdict.judge(right, f"{id_}: answered at {call['answer_time']}, Asterisk says {ended}")
    if answered:
        _judge_outbound_talk(verdict, trial, next(d for d in dialed if d.status == "ANSWER"))
    if answered or not dialed:
        return
    wanted = BY_CAUSE.get(legs[dialed[-1].leg].cause)
    if ended[-1] in ("BUSY", "NOANSWER") and wanted is not None:
        verdict.judge(call["end_reason"] == wanted, f"{id_}: {call['end_reason']}, not {wanted}")


def _judge_outbound_talk(verdict: Verdict, trial: Trial, dialed: Dialed) -> None:
    """From the answer until one of the two hangs up, unless a transfer brought in others."""
    if trial.call["transfers"] or len(trial.legs) > 2:
        verdict.figures["outbound calls that were transferred"] += 1
        return
    ended = min(leg.gone or trial.gone for leg in trial.legs)
    seconds, told = (ended - dialed.at).total_seconds(), talks(trial.call)
    right = len(told) == 1 and abs(told[0][2] - seconds) <= TALK_S
    verdict.figures["outbound talks"] += 1
    verdict.judge(right, f"{trial.id}: talked {seconds:.1f} s, told {told}")


def judge_cdr(verdict: Verdict, path: Path, tap: Tap) -> None:
    """Asterisk's call records, a book that nothing of ours had a hand in, name the same calls."""
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        named = {tap.root(row[CDR_LINKEDID]) for row in csv.reader(lines)}
    heard = {tap.root(leg.linkedid) for leg in tap.legs.values()}
    verdict.figures["calls in cdr-csv"] = len(named)
    verdict.judge(named <= heard, f"in cdr-csv alone: {sorted(named - heard)}")
