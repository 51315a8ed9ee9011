"""Values that nobody means well, in every field about people."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.houses import PASSWORD
from tests.office import NEW, PREFIX, Office, office_in


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_in(tmp_path) as one:
        yield one


HOSTILE: tuple[Any, ...] = (
    *("\ud800", "\x00", "x" * 5000, "🦊", "' OR 1=1 --", "", " ", "é" * 60),
    *(10**30, -1, [[]], {}),
)
FORMS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/users", {"username": "mary", "name": "M", "role": "operator", "email": "m@b.org"}),
    ("POST", "/users", {"username": "mary", "phone": "+254722000111", "password": PASSWORD}),
    ("POST", "/users", {"username": "mary", "sign_in_addresses": ["m@b.org"], "queues": ["a"]}),
    (
        "POST",
        "/users",
        {"username": "m", "agent_id": "a", "interface": "P/a", "extension": "1"},
    ),
    ("PUT", "/users/1", {"name": "M", "role": "operator", "email": "m@b.org", "phone": "+25471"}),
    ("PUT", "/users/1", {"password": NEW, "is_active": True, "agent_id": "a", "queues": ["a"]}),
    ("POST", "/roles", {"name": "x", "rights": ["view_calls"]}),
    ("PUT", "/roles/operator", {"rights": ["view_calls"]}),
    ("POST", "/sendOTP", {"addr_addr": "m@b.org", "addr_type": "email"}),
    ("POST", "/verifyOTP", {"addr_addr": "m@b.org", "otp": "123456"}),
    ("POST", "/changeAuth", {"old_password": PASSWORD, "new_password": NEW}),
]


@pytest.mark.parametrize(("method", "path", "form"), FORMS)
async def test_hostile_values_are_answered_and_never_crash_anything(
    office: Office, method: str, path: str, form: dict[str, Any]
) -> None:
    seen = set()
    for name in form:
        for value in HOSTILE:
            nested = [value] if isinstance(form[name], list) else value
            body = {**form, name: nested}
            headers = {**office.tokens["alice"], "X-Forwarded-For": "x"}
            url = f"{PREFIX}{path}"
            async with office.http.request(
                method, url, data=json.dumps(body), headers=headers
            ) as answer:
                seen.add(answer.status)
                assert "json" in answer.headers["Content-Type"]

    assert seen <= {200, 201, 400, 401, 403, 404, 409, 429}
    assert 400 in seen
