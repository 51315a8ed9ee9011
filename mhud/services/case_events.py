"""Which events a change of a case is, and what they say of it: states and ids, no text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mhud.clock import rfc3339
from mhud.services.case_words import Status
from mhud.services.tellings import Telling
from mhud.store.cases import Case
from mhud.store.communications import Communication

_OF_MHUD = {  # columns that follow from others
    "updated_at", "resolved_at", "client_since", "reporter_since", "reporter_phone_key",
    "deleted_by",
}  # fmt: skip


def marks(case: Case) -> dict[str, Any]:
    """A case as an event shows it; `created_by` and `assigned_user_id` decide who sees that."""
    return {
        "id": case.id,
        "case_number": case.case_number,
        "status": case.status,
        "priority": case.priority,
        "category": case.category,
        "subcategory": case.subcategory,
        "client_id": case.client_id,
        "assigned_user_id": case.assigned_user_id,
        "created_by": case.created_by,
        "created_at": rfc3339(case.created_at),
        "updated_at": rfc3339(case.updated_at),
    }


def created(case: Case, by: int) -> list[Telling]:
    told = [_telling("case.created", case, by, case.created_at)]
    if case.assigned_user_id is not None:
        told.append(_assigned(case, None, by, case.created_at))
    return told


def updated(
    before: Case, new: Mapping[str, Any], by: int, *, also: Collection[str] = ()
) -> list[Telling]:
    """One event for the change as a whole, and one for each that has a name of its own.

    `new` holds the columns that got another value, `updated_at` among them; `also` what was
    said besides (`notes`, `escalation`).
    """
    case = replace(before, **new)
    at = case.updated_at
    fields = sorted({*new, *also} - _OF_MHUD)
    told = [_telling("case.updated", case, by, at, changed_fields=fields)]
    if "assigned_user_id" in new:
        told.append(_assigned(case, before.assigned_user_id, by, at))
    if "status" in new:
        was = {"previous_status": before.status}
        told.append(_telling("case.status_changed", case, by, at, **was))
        if case.status == Status.RESOLVED:
            told.append(_telling("case.resolved", case, by, at, **was))
    if "escalation" in also:
        told.append(escalated(case, by, at))
    return told


def escalated(case: Case, by: int, at: datetime) -> Telling:
    return _telling("case.escalated", case, by, at)


def communication_logged(found: Communication, case: Case | None, by: int) -> Telling:
    """Who sees the case gets it; without one, whose contact it was and who oversees all cases."""
    return Telling(
        type="communication.logged",
        at=found.updated_at,
        object={
            "id": found.id,
            "case_id": found.case_id,
            "client_id": found.client_id,
            "call_id": found.call_id,
            "user_id": found.user_id,
            "created_by": found.created_by,
            "agent_id": found.agent_id,
            "queue_id": found.queue_id,
            "contact_type": found.contact_type,
            "direction": found.direction,
            "disposition_id": found.disposition_id,
            "disposition_code": found.disposition_code,
            "created_at": rfc3339(found.created_at),
        },
        case=None if case is None else marks(case),
        more={"by_user_id": by},
    )


def _assigned(case: Case, before: int | None, by: int, at: datetime) -> Telling:
    return _telling("case.assigned", case, by, at, previous_user_id=before)


def _telling(kind: str, case: Case, by: int, at: datetime, **more: Any) -> Telling:
    return Telling(type=kind, at=at, object=marks(case), more={**more, "by_user_id": by})
