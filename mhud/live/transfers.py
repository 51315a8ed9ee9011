"""Transfers: those that Asterisk tells of, and those that it does without a word."""

from __future__ import annotations

from datetime import datetime, timedelta

from mhud.ami import messages as ami
from mhud.live import merging
from mhud.live.changing import replace
from mhud.live.channels import touch_living
from mhud.live.model import Call, Channel, Transfer
from mhud.live.talk import Circle
from mhud.live.world import CallTrack, World

JUST_NOW = timedelta(seconds=2)  # Asterisk tells of an attended transfer after the channels moved

# ---- reducers


def on_blind_transfer(world: World, event: ami.BlindTransfer) -> None:
    transferer = touch_living(world, event.transferer, event.at)
    subject = touch_living(world, event.transferee, event.at) or transferer
    if event.success and subject is not None:
        target = world.agent_by_extension(event.exten) or world.queue_by_extension(event.exten)
        from_agent = world.interfaces.get(_endpoint(event.transferer))
        _transfer(world, subject, "blind", from_agent, target or event.exten)


def on_attended_transfer(world: World, event: ami.AttendedTransfer) -> None:
    """Asterisk says this after the channels moved, so it may have been told already."""
    first = touch_living(world, event.first_leg, event.at)
    second = touch_living(world, event.second_leg, event.at)
    if event.success and event.takes_its_place and second and event.transferee:
        world.stands_for[second.uniqueid] = event.transferee.uniqueid
        if heir := touch_living(world, event.transferee, event.at):
            merging.give_place(world, second, heir)
    subject = touch_living(world, event.transferee, event.at) or first
    if event.success and subject is not None:
        target = _target(world, event)
        from_agent = world.interfaces.get(_endpoint(event.first_leg))
        _transfer(world, subject, "attended", from_agent, target)


def _target(world: World, event: ami.AttendedTransfer) -> str | None:
    """Who asks by keys has one channel for both: only the half that he talks with has a number."""
    if target := event.target:
        if agent := world.agent_of(world.channels.get(target.uniqueid)):
            return agent
        if event.first_leg.uniqueid == event.second_leg.uniqueid:
            return world.agent_by_extension(target.caller_number or "") or target.caller_number
    return event.second_leg.exten or None


def _endpoint(chan: ami.Chan) -> str:
    return chan.name.rpartition("-")[0]


def _transfer(
    world: World, subject: Channel, kind: str, from_agent: str | None, target: str | None
) -> None:
    call_id = world.call_of[subject.linkedid]
    call, track = world.calls[call_id], world.tracks[call_id]
    if subject.is_local and call.consultation is not None:
        return  # whom the agent asks has sent the question on, and not the caller
    implied, track.implied = track.implied, False
    if kind == "attended" and implied and world.now - call.talks[-1].began_at < JUST_NOW:
        return  # told when the new party began to talk
    if not track.awaited:
        track.transfer = (kind, from_agent, target)


# ---- derived


def count(call: Call, track: CallTrack, main: Circle | None, at: datetime) -> Call:
    """Counts a transfer that Asterisk told of, or did without a word (Redirect)."""
    told = track.told
    new_talk = told is not None and len(call.talks) > len(told.talks)
    if track.transfer is None and told is not None and told.talks and not track.awaited:
        track.transfer = _implied(told, call, track, main)
        track.implied |= new_talk
    if new_talk:
        track.awaited = False
    if track.transfer is None:
        return call
    track.awaited = not new_talk
    kind, agent_id, _ = track.transfer
    sent_on = Transfer(at=at, kind=kind, agent_id=agent_id)
    return replace(call, transfers=call.transfers + 1, sent_on=(*call.sent_on, sent_on))


def _implied(
    told: Call, call: Call, track: CallTrack, main: Circle | None
) -> tuple[str, str | None, str | None] | None:
    """A call that had talked talks to somebody else, or waits again."""
    before = told.talks[-1].agent_id
    if len(call.talks) > len(told.talks):
        party = track.talker[1] if track.talker else ""
        others = [c for c in main.channels if c.uniqueid != track.first] if main else []
        numbers = (c.caller_number for c in others if c.endpoint == party)
        target = call.talks[-1].agent_id or next(iter(numbers), None)
        return ("attended", before, target)
    if len(call.visits) > len(told.visits) and track.talker is None:
        return ("blind", before, call.visits[-1].queue_id)
    return None
