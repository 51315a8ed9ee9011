"""Calls that happened while mhud did not hear Asterisk: out of the books, and right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.asterisk.soak_verdict import Trial, Verdict

ENDS = {
    "ABANDON": {"abandoned"},
    "EXITWITHTIMEOUT": {"timeout"},
    "COMPLETECALLER": {"completed"},
    "COMPLETEAGENT": {"completed"},
}
NEAR_S = 2.2  # whole seconds, cut off, at both ends


def judge_unseen(verdict: Verdict, trial: Trial) -> None:
    """Each is in the history, unless it only listened to another, or was half of one."""
    call = trial.call
    if not call:
        phones = {leg.name.rpartition("-")[0] for leg in trial.legs}
        caller = any(name.startswith("PJSIP/trunk") for name in phones)
        verdict.judge(not caller, f"{trial.id}: wholly inside a gap, and not in the history")
        verdict.figures["... of which nobody outside took part, unknown"] += 1
        return
    verdict.figures["... of which mhud has something"] += 1
    verdict.figures["... out of Asterisk's books"] += call["backfilled"]
    told = [event["type"] for event in trial.events]
    once = told.count("call.new") == told.count("call.ended") == 1
    verdict.judge(once, f"{trial.id}: /ws told {told}")
    if call["backfilled"] and not call["gap"]:
        _judge_told(verdict, trial)


def _judge_told(verdict: Verdict, trial: Trial) -> None:
    call, id_ = trial.call, trial.id
    total = (trial.gone - trial.born).total_seconds()
    near = abs(call["duration"] - total) <= NEAR_S
    verdict.judge(near, f"{id_}: {call['duration']} s by the books, by Asterisk {total:.1f} s")
    last = [line.event for line in trial.log if line.event in ENDS][-1:]
    for event in last:
        right = call["end_reason"] in ENDS[event]
        verdict.judge(right, f"{id_}: {call['end_reason']}, queue_log says {trial.log}")
    agents = {line.agent for line in trial.log if line.event == "CONNECT"}
    verdict.judge(
        agents <= set(call["agent_ids"]),
        f"{id_}: agents {call['agent_ids']}, queue_log says {sorted(agents)}",
    )
