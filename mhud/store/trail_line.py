"""A line of the audit trail from who works on the file itself, with no daemon in between."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict

from mhud.store import driver
from mhud.store.place import Place
from mhud.store.plain import Insertion
from mhud.store.schema import audit
from mhud.store.trail import Deed

_insert = Insertion(audit)


def add(place: Place, deed: Deed) -> None:
    """On disk when it returns. Blocks, for as long as somebody else writes; migrates nothing.

    Nothing in a database from before there was a trail. Raises StoreError, or one of driver.ERRORS.
    """
    with closing(driver.connect(place.path, place.key)) as connection:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'audit'"
        if connection.execute(tables).fetchone() is not None:
            _insert(connection, {name: one for name, one in asdict(deed).items() if name != "id"})
