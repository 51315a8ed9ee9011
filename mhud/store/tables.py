"""All tables of all schemas, for who compares or creates them."""

from mhud.store import schema_cases, schema_contacts, schema_people
from mhud.store.schema import metadata

SCHEMAS = (schema_people, schema_cases, schema_contacts)  # importing them fills `metadata`
METADATA = metadata
