"""Fixtures that tests of more than one room use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web_app import _cached_build_middleware
from hypothesis import settings
from pytest_aiohttp.plugin import AiohttpClient

from mhud.store import database
from mhud.web.app import build_app
from tests.fake_clock import PATIENCE_S
from tests.houses import House, house

# The same examples in each run, and no deadline that a busy machine could miss; other examples are
# looked for with --hypothesis-profile=default.
settings.load_profile("ci")


@pytest.fixture(autouse=True, scope="session")
def _wait_for_the_disk() -> Iterator[None]:
    """Where others write much, a commit may take longer than a caller should wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "WAIT_S", PATIENCE_S)
        yield


@pytest.fixture(autouse=True)
def _forget_applications() -> Iterator[None]:
    """aiohttp remembers hundreds, each with its house: to look through them all for garbage stops
    everything for seconds, and deadlines pass meanwhile.
    """
    yield
    _cached_build_middleware.cache_clear()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """A daemon without a PBX."""
    async with house(tmp_path) as built:
        yield built


@pytest.fixture
async def api(home: House, aiohttp_client: AiohttpClient) -> TestClient:  # type: ignore[type-arg]
    """An HTTP client of `home`, without credentials."""
    return await aiohttp_client(build_app(home.services))
