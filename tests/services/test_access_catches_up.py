"""A key that the command line made a moment ago works at once, also in a running daemon."""

from __future__ import annotations

from pathlib import Path

import pytest

from mhud.config import IsolatedSettings
from mhud.errors import MhudError
from mhud.services.access import CATCH_UP_S, Access
from mhud.services.keys import KeyWish, add_key
from mhud.store.database import Database
from tests.fake_clock import FakeClock


async def test_an_unknown_key_makes_the_daemon_look_for_news_once_in_a_while(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    settings = IsolatedSettings(data_dir=tmp_path)
    here = await Database.open(tmp_path / "mhud.sqlite3")
    elsewhere = await Database.open(tmp_path / "mhud.sqlite3")
    daemon = await Access.open(here, clock, settings)
    command = await Access.open(elsewhere, clock, settings)
    key = await add_key(command, KeyWish(name="new", rights=("view_calls",)), None)

    with pytest.raises(MhudError):
        daemon.authenticate_key(key.secret)
    assert await daemon.caught_up()
    assert daemon.authenticate_key(key.secret).has("view_calls")
    assert not await daemon.caught_up(), "guesses must not read the database each"
    await clock.advance(CATCH_UP_S)
    assert not await daemon.caught_up(), "nothing is new"

    for access, db in ((daemon, here), (command, elsewhere)):
        access.passwords.close()
        await db.close()
