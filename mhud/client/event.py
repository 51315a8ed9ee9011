"""One event as it came, and which events a consumer wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mhud.web.mhu.models import AgentObject, CallObject, QueueObject

Model = TypeVar("Model", bound=BaseModel)
EVERYBODYS = ("pbx.", "ledger.")  # of no queue and no agent: they pass filters of both


@dataclass(frozen=True, slots=True)
class Event:
    """`body` is the whole message, with what its type brings besides the objects."""

    seq: int
    type: str
    at: datetime
    body: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def of(message: Mapping[str, Any]) -> Event:
        at = datetime.fromisoformat(message["timestamp"])
        return Event(message["seq"], message["type"], at, message)

    @property
    def call_id(self) -> str | None:
        """There is one for every event of a call, even without the right to see calls."""
        call = self.body.get("call")
        return call.get("id") if call else None

    @property
    def call(self) -> CallObject | None:
        """None: of no call, or without the right view_calls."""
        return _model(CallObject, self.body.get("call"))

    @property
    def agent(self) -> AgentObject | None:
        return _model(AgentObject, self.body.get("agent"))

    @property
    def queue(self) -> QueueObject | None:
        return _model(QueueObject, self.body.get("queue"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """None: all. `types`: exact names, `call.*`, `*`."""

    types: Sequence[str] | None = None
    queues: Sequence[str] | None = None
    agents: Sequence[str] | None = None

    def message(self, since: int | None) -> dict[str, Any]:
        """That subscribes to it, from after `since`."""
        parts = {
            "events": self.types,
            "queues": self.queues,
            "agents": self.agents,
            "since": since,
        }
        return {"type": "subscribe", **{k: v for k, v in parts.items() if v is not None}}

    def passes(self, event: Event) -> bool:
        """As the server decides, for what it sent before it knew."""
        if self.types is not None and not _names(event.type).intersection(self.types):
            return False
        if event.type.startswith(EVERYBODYS):
            return True
        queues, agents = set(_queues(event.body)), set(_agents(event.body))
        return all(
            wanted is None or not there.isdisjoint(wanted)
            for wanted, there in ((self.queues, queues), (self.agents, agents))
        )


class Order:
    """Puts what came live into its place behind what is replayed.

    A socket sends all events from its first moment on, and what was missed only when it is asked
    for that: until the replay is complete, whatever is newer than the first moment waits here.
    """

    def __init__(self, wanted: Wanted, first_seq: int) -> None:
        self._wanted = wanted
        self._first_seq = first_seq
        self._held: dict[int, Event] = {}
        self._is_live = False

    def take(self, event: Event) -> Iterator[Event]:
        """What may be handled now."""
        if self._is_live or event.seq <= self._first_seq:
            yield event
        elif self._wanted.passes(event):
            self._held[event.seq] = event

    def go_live(self) -> Iterator[Event]:
        """The replay is complete."""
        self._is_live = True
        for seq in sorted(self._held):
            yield self._held.pop(seq)


def _model(kind: type[Model], tree: Any) -> Model | None:
    if tree is None:
        return None
    try:
        return kind.model_validate(tree)
    except ValidationError:  # no more than its id
        return None


def _names(kind: str) -> set[str]:
    return {kind, kind.partition(".")[0] + ".*", "*"}


def _queues(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _id_of(body.get("queue"))
    yield from (body.get("call") or {}).get("queue_ids", ())
    yield from (body.get("agent") or {}).get("queues", ())


def _agents(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _id_of(body.get("agent"))
    yield from (body.get("call") or {}).get("agent_ids", ())


def _id_of(thing: Mapping[str, Any] | None) -> Iterator[str]:
    if thing is not None:
        yield thing["id"]
