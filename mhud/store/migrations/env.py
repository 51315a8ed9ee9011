"""How Alembic reaches the database: called by mhud/store/migrate.py, never by hand.

pysqlite's own transactions break DDL rollback, so the connection has none and BEGIN is ours.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from mhud.store.tables import METADATA


def run() -> None:
    attributes = context.config.attributes
    engine = create_engine(
        "sqlite://",
        creator=attributes["connect"],
        module=attributes["module"],
        poolclass=NullPool,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.execute("PRAGMA busy_timeout = 5000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
