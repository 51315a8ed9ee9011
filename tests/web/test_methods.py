"""A path takes its own methods, and says which."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.houses import House


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/helpline/api/users/me", "GET, HEAD, OPTIONS"),
        ("PUT", "/helpline/api/communications/pending", "GET, HEAD, OPTIONS"),
        ("GET", "/api/v1/calls/outbound", "OPTIONS, POST"),
        ("DELETE", "/helpline/api/cases", "GET, HEAD, OPTIONS, POST"),
        ("PATCH", "/helpline/api/cases/1", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
    ],
)
async def test_a_word_in_a_path_is_not_taken_for_an_id(
    api: TestClient[Any, Any], home: House, method: str, path: str, allowed: str
) -> None:
    """GET /calls/outbound does not ask for a call whose id is `outbound`."""
    refused = await api.request(method, path, headers=await home.headers())
    asked = await api.options(path)

    assert (refused.status, refused.headers["Allow"]) == (405, allowed)
    assert (asked.status, asked.headers["Allow"]) == (204, allowed)
