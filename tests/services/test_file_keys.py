"""Keys of attachments' files: made once, renewed, and none is ever lost."""

from __future__ import annotations

import asyncio
from io import BytesIO

from mhud.sealed import Unsealer
from mhud.services.file_keys import FileKeys
from tests.houses import House
from tests.sealing import seal


async def test_the_key_of_the_first_start_is_that_of_the_next(home: House) -> None:
    first = await FileKeys.open(home.services.db, home.clock)
    again = await FileKeys.open(home.services.db, home.clock)

    assert first == again
    assert first.current.number == 1


async def test_two_who_begin_at_once_have_one_key(home: House) -> None:
    both = [FileKeys.open(home.services.db, home.clock) for _ in range(2)]
    one, other = await asyncio.gather(*both)

    assert one == other


async def test_a_renewed_key_seals_new_files_and_the_old_one_opens_old_ones(home: House) -> None:
    before = await FileKeys.open(home.services.db, home.clock)
    old, new = BytesIO(), BytesIO()
    seal(BytesIO(b"before"), old, before.current)
    await FileKeys.renew(home.services.db, home.clock)
    after = await FileKeys.open(home.services.db, home.clock)
    seal(BytesIO(b"after"), new, after.current)

    assert after.current != before.current
    for sealed, plain in ((old, b"before"), (new, b"after")):
        assert b"".join(Unsealer(sealed, after.by_number).read()) == plain


async def test_no_key_is_printed(home: House) -> None:
    keys = await FileKeys.open(home.services.db, home.clock)

    assert repr(keys.current.secret) not in repr(keys)
