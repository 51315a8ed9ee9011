"""An entry of the ledger → the body that webhooks get: rendered once, for all of them.

Without `include_details` it has ids, times, durations and outcomes, and no number, no name and no
text that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from mhud.clock import rfc3339
from mhud.feeds.payloads import Entry

_WORDS: Mapping[str, str] = {
    "call": "id direction status start_time answer_time end_time duration wait_time agent_id"
    " queue_id recording_url disposition disposition_code agent_ids queue_ids merged_into"
    " queue_wait_time waiting_since hold_time transfers consultation recorded recording_paused"
    " monitors monitor_mode gap backfilled",
    "agent": "id status status_timestamp queues current_call_id statistics reason_code"
    " pending_status queues_paused time_in_status ringing_call_id wrap_up_until",
    "queue": "id statistics max_callers service_level_seconds",
}
_PLAIN = {name: frozenset(words.split()) for name, words in _WORDS.items()}
"""Of an object that has details: what is none. The others are told without any."""

TEST = "webhook.test"


class Body:
    """What webhooks get of one event."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._halves: dict[bool, tuple[bytes, bytes]] = {}

    def of(self, webhook_id: str, *, details: bool) -> bytes:
        """The same but for the id of who gets it."""
        if details not in self._halves:
            self._halves[details] = self._render(details=details)
        head, tail = self._halves[details]
        return b"".join((head, webhook_id.encode(), tail))

    def _render(self, *, details: bool) -> tuple[bytes, bytes]:
        public = orjson.loads(self._entry.full if details else self._entry.masked)
        kind, at, seq = public.pop("type"), public.pop("timestamp"), public.pop("seq")
        return _halves(kind, at, seq, data_of(kind, public, details=details))


def test_body(webhook_id: str, at: datetime) -> bytes:
    """Of a delivery that tells of nothing, so that somebody sees whether it arrives."""
    head, tail = _halves(TEST, rfc3339(at), None, {"test": True})
    return b"".join((head, webhook_id.encode(), tail))


def line_of(entry: Entry) -> str:
    """What shares it goes out in order: a call, a case, or whatever an event is about."""
    if entry.call_id is not None:
        return entry.call_id
    public = orjson.loads(entry.masked)
    name = "case" if isinstance(public.get("case"), dict) else _subject(entry.type, public)
    ident = public[name].get("id") if name else None
    return f"{name}:{ident}" if ident is not None else entry.type


def data_of(kind: str, public: Mapping[str, Any], *, details: bool) -> dict[str, Any]:
    """The event's object, flat, its id under `<object>_id`; then what else the event tells."""
    subject = _subject(kind, public)
    data: dict[str, Any] = {}
    if subject is not None:
        data = _told(subject, public[subject], details=details)
        data = {f"{subject}_id": data.pop("id", None), **data}
    for name, value in public.items():
        if name == subject:
            continue
        if isinstance(value, dict) and "id" in value:
            data[f"{name}_id"] = value["id"]
            value = _told(name, value, details=details)
        data[name] = value
    return data


def _told(name: str, value: Mapping[str, Any], *, details: bool) -> dict[str, Any]:
    told = dict(value)
    if name == "call":
        told["disposition"] = told.pop("end_reason", None)
    plain = _PLAIN.get(name)
    if details or plain is None:
        return told
    return {key: each for key, each in told.items() if key in plain}


def _subject(kind: str, public: Mapping[str, Any]) -> str | None:
    """The object that the event is about; None: of none, as pbx.connected."""
    family = kind.partition(".")[0]
    if isinstance(public.get(family), dict):
        return family
    return next((name for name, value in public.items() if isinstance(value, dict)), None)


def _halves(kind: str, at: str, seq: int | None, data: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """The body before the webhook's id, and after it; an id needs no escaping."""
    head = b'{"event_type":%b,"timestamp":%b,"webhook_id":"' % (
        orjson.dumps(kind),
        orjson.dumps(at),
    )
    tail = b'","seq":%b,"data":%b}' % (orjson.dumps(seq), orjson.dumps(data))
    return head, tail
