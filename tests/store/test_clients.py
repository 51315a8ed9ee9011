"""How clients are looked for: by indexes, however many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from mhud.store.client_lookup import LookupRepository
from mhud.store.clients import ClientRepository, Sought
from mhud.store.database import Database, Tx


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db")
    yield opened
    await opened.close()


async def plan_of(tx: Tx, statement: str, values: Any = ()) -> str:
    rows = (await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)).mappings()
    return " / ".join(row["detail"] for row in rows)


@pytest.mark.parametrize(
    ("sought", "index"),
    [
        (Sought(words=("john", "do"), id="john do"), "client_words"),
        (Sought(phone_keys=frozenset({"+254722000000"})), "ix_client_phones_phone_key_client_id"),
        (Sought(email="john@"), "ix_clients_email_key"),
    ],
)
async def test_a_search_reads_whom_it_finds_and_nobody_else(
    db: Database, sought: Sought, index: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def listen(_c: Connection, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "client_phones.position" not in statement:
            asked.append((statement, values))

    async with db.read() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", listen)
        await ClientRepository(tx).page(sought, limit=20, cursor=None)
        event.remove(tx.sync_connection, "before_cursor_execute", listen)
        plans = [await plan_of(tx, *one) for one in asked]

    assert len(plans) == 2, "the count and the page"
    for plan in plans:
        assert index in plan
        assert "SCAN clients" not in plan


async def test_the_merged_are_found_by_an_index_of_the_few(db: Database) -> None:
    async with db.read() as tx:
        plan = await plan_of(tx, "SELECT id FROM clients WHERE merged_into = 'client001'")

    assert "ix_clients_merged_into" in plan


async def test_contacts_are_counted_from_the_clients_and_not_from_all_communications(
    db: Database,
) -> None:
    asked: list[tuple[str, Any]] = []

    def listen(_c: Connection, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    async with db.read() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", listen)
        await LookupRepository(tx).contacts(["client001"], "call-1")
        event.remove(tx.sync_connection, "before_cursor_execute", listen)
        (plan,) = [await plan_of(tx, *one) for one in asked]

    assert "ix_communications_client_id_id (client_id=?)" in plan
    assert "ix_cases_client_id (client_id=?)" in plan
    assert "ix_communications_case_id_id (case_id=?)" in plan
    assert "SCAN communications" not in plan
