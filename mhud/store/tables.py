"""All tables of all schemas, for who compares or creates them."""

from mhud.store import (
    schema_books,
    schema_cases,
    schema_contacts,
    schema_figures,
    schema_keeping,
    schema_people,
    schema_recordings,
    schema_reports,
    schema_search,
    schema_tellings,
    schema_usage,
    schema_webhooks,
)
from mhud.store.schema import metadata

# importing them fills `metadata`
SCHEMAS = (
    schema_people,
    schema_books,
    schema_cases,
    schema_contacts,
    schema_figures,
    schema_keeping,
    schema_recordings,
    schema_reports,
    schema_search,
    schema_tellings,
    schema_usage,
    schema_webhooks,
)
METADATA = metadata
FULL_TEXT = "cases_fts"  # a virtual table, and with a suffix its own ones: SQLite makes them
