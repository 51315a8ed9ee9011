"""Each field that is printed of people, cases and clients, and what is asserted of it.

`FIELDS`: of answers, `SENT`: where a request's field is read again. Of the OpenCHS document all, of
the MHU document what is about clients. A field without a row here fails, and so does a row of
something that is not printed. What queries take is in document_queries.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MISSING = object()
CLIENT_SEARCH = "GET /api/v1/clients/search?query=john+doe"
CLIENT_SESSION = "POST /api/v1/clients/{client_id}/sessions"


@dataclass(frozen=True, slots=True)
class Row:
    """Whether what is found fits what is printed; `why` it is not simply the same."""

    holds: Callable[[Any, Any], bool]
    why: str = ""


def kind(value: Any) -> str:
    """Of JSON, but that an instant is told from other text."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "instant" if _INSTANT.fullmatch(value) else "text"
    return type(value).__name__


def _is_kept(printed: Any, found: Any) -> bool:
    return kind(printed) == kind(found) and printed == found


def _is_alike(printed: Any, found: Any) -> bool:
    return kind(printed) == kind(found) and found != ""


def _is_among(printed: Any, found: Any) -> bool:
    return isinstance(found, list) and set() < set(found) <= set(printed)


SAME = Row(_is_kept)
KIND = Row(_is_alike, "made by mhud: a value of the same JSON type")
HOLDS = Row(lambda printed, found: set(printed) <= set(found), "of a real role, which has more")
AMONG = Row(_is_among, "decided by what is found")


def differs(value: Any, why: str) -> Row:
    """Another value than the printed one, but this."""
    return Row(lambda _, found: kind(value) == kind(found) and value == found, why)


def absent(why: str) -> Row:
    """Null, which fails as soon as it has a value."""
    return Row(lambda _, found: found is None, why)


_MADE = {"success": SAME, "data.id": KIND, "data.created_at": KIND}
_DONE = {"success": SAME, "message": SAME}
_CASE = "id case_number title description category priority status child_name child_age"
_WHOLE = (
    " subcategory reporter_name reporter_phone reporter_email child_gender child_location"
    " assigned_user_id assigned_user.id assigned_user.username assigned_user.role ai_transcript"
    " ai_translation ai_risk_level ai_confidence created_at updated_at created_by"
)
_FIGURES = (
    "total_cases open_cases assigned_cases in_progress_cases resolved_cases"
    " by_priority.critical by_priority.high by_priority.medium by_priority.low"
    " by_category.abuse by_category.neglect by_category.education by_category.health"
    " avg_resolution_time_hours"
)


def _rows(prefix: str, names: str, row: Row = SAME) -> dict[str, Row]:
    """Of an answer that is a success."""
    return {"success": SAME, **{prefix + name: row for name in names.split()}}


_PERSON = _rows("data[].", "id username email role organization is_active")
FIELDS: dict[str, dict[str, Row]] = {
    "POST /sendOTP": _DONE,
    "POST /verifyOTP": _rows("user.", "id username role"),
    "POST /changeAuth": _DONE,
    "POST /logout": _DONE,
    "GET /cases": {
        **_rows("data[].", _CASE + " reporter_phone created_at"),
        "data[].description": differs("Detailed case description...", "printed so of the case"),
        "data[].assigned_user_id": differs(8, "printed so of the case, which is the same one"),
        "data[].updated_at": differs("2025-09-26T15:45:00Z", "printed so of the case"),
        "pagination.total": KIND,
        "pagination.limit": SAME,
        "pagination.offset": SAME,
        "pagination.has_more": differs(False, "the demo has less than ten such cases"),
    },
    "GET /cases/{id}": _rows("data.", _CASE + _WHOLE),
    "POST /cases": {**_MADE, "data.case_number": KIND, "data.status": SAME, "message": SAME},
    "PUT /cases/{id}": {
        **_rows("data.", "id case_number status"),
        "data.updated_at": KIND,
        "message": SAME,
    },
    "DELETE /cases/{id}": _DONE,
    "GET /cases/{id}/activities": {
        **_rows("data[].", "activity_type description user_name"),
        **_rows("data[].", "previous_value new_value"),
        "data[].id": KIND,
        "data[].created_at": KIND,
    },
    "POST /cases/{id}/activities": _MADE,
    "POST /communications": {**_MADE, "data.case_id": SAME},
    "GET /cases/{id}/communications": {
        **_rows("data[].", "id contact_type direction contact_address duration"),
        **_rows("data[].", "call_status disposition created_at"),
        "data[].audio_file_path": absent("this call has no recording"),
        "data[].audio_processed": differs(False, "without a recording there is no transcript"),
    },
    "POST /cases/{id}/attachments": {
        "success": SAME,
        "data.id": KIND,
        "data.filename": KIND,
        "data.file_size": SAME,
        "data.file_type": SAME,
        "data.uploaded_at": KIND,
    },
    "GET /cases/{id}/attachments": {
        **_rows("data[].", "original_filename file_size mime_type file_type"),
        "data[].id": KIND,
        "data[].filename": KIND,
        "data[].description": differs("Medical report", "as the printed upload says it"),
        "data[].uploaded_by": SAME,
        "data[].uploaded_at": KIND,
    },
    "GET /users/me": {
        **_rows("data.", "id username email role organization"),
        "data.permissions": HOLDS,
        "data.last_login": KIND,
    },
    "GET /users": {**_PERSON, "data[].last_login": KIND},
    "GET /dispositions": _rows("data[].", "id code name category is_active"),
    "GET /statistics/cases": {**_rows("data.", _FIGURES, KIND), "success": SAME},
    "GET /search/cases": {
        **_rows("data[].", "id case_number title"),
        "data[].relevance_score": KIND,
        "data[].matched_fields": AMONG,
    },
    # With the addresses of the MHU document.
    CLIENT_SEARCH: {
        **{f"clients[].{name}": SAME for name in ("id", "name", "phone", "email", "last_contact")},
        "total": SAME,
    },
    CLIENT_SESSION: {
        "session_id": KIND,
        "client_id": SAME,
        "agent_id": SAME,
        "start_time": KIND,
        "status": SAME,
    },
    "error": {
        "success": SAME,
        "error.code": KIND,
        "error.message": KIND,
        "error.details": KIND,
    },
}

# By what the elements of a printed list are found again: ids are mhud's.
FOUND_BY = {
    "GET /cases/{id}/activities": "description",
    "GET /cases/{id}/attachments": "original_filename",
}


def pairs(printed: Any, found: Any, by: str = "id", at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each printed field: its path, its printed value, and the one that was found or MISSING."""
    if isinstance(printed, dict) and printed:
        for name, value in printed.items():
            its = found.get(name, MISSING) if isinstance(found, dict) else MISSING
            yield from pairs(value, its, by, f"{at}.{name}".lstrip("."))
    elif isinstance(printed, list) and isinstance(printed[0], dict):
        for one in printed:
            yield from pairs(one, _like(one, found, by), by, f"{at}[]")
    else:
        yield at, printed, found


def _like(printed: dict[str, Any], found: Any, by: str) -> Any:
    elements = found if isinstance(found, list) else []
    return next((one for one in elements if one[by] == printed[by]), MISSING)


# ---- what is sent

NOT_KEPT = "is no field of anything"
_STORED = "title description category subcategory priority reporter_name reporter_phone"
_STORED += " reporter_email reporter_relationship child_name child_age child_gender child_location"
_CONTACT = "case_id contact_type direction contact_address contact_name duration call_status"
_CONTACT += " disposition_id disposition_notes message"
# The read that has each field, by the name there; or why none has.
SENT: dict[str, dict[str, str]] = {
    "POST /sendOTP": {"addr_addr": NOT_KEPT, "addr_type": NOT_KEPT},
    "POST /verifyOTP": {"addr_addr": NOT_KEPT, "otp": NOT_KEPT},
    "POST /changeAuth": {"old_password": NOT_KEPT, "new_password": NOT_KEPT},
    "POST /cases": {name: name for name in _STORED.split()},
    "PUT /cases/{id}": {
        "status": "status",
        "assigned_user_id": "assigned_user_id",
        "priority": "priority",
        "notes": "activity.description",
    },
    "POST /cases/{id}/activities": {
        "activity_type": "activity_type",
        "description": "description",
    },
    "POST /communications": {name: name for name in _CONTACT.split()},
    CLIENT_SESSION: {
        name: name for name in ("agent_id", "call_id", "session_type", "notes", "priority", "tags")
    },
    "POST /cases/{id}/attachments": {
        "file": "content",
        "description": "description",
        "file_type": "file_type",
    },
}
