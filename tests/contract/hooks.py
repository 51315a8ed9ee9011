"""What schemathesis loads: askers from many addresses, and no way to lock itself out."""

from __future__ import annotations

import os
from itertools import count
from typing import Any

import schemathesis
from urllib3.util import connection

OWN = dict(pair.split("=", 1) for pair in os.environ["CONTRACT_OWN"].split())
NEW_CONNECTION_AFTER = 20
_open = connection.create_connection
_connections = count()
_calls = count(1)


def _from_another_address(
    address: Any, timeout: Any = None, source_address: Any = None, socket_options: Any = None
) -> Any:
    """All of 127.0.0.0/8 is this machine; without this the limits per address would answer."""
    turn = next(_connections)
    source = f"127.{1 + turn // 62_500 % 250}.{1 + turn // 250 % 250}.{1 + turn % 250}"
    return _open(address, timeout, (source, 0), socket_options)


connection.create_connection = _from_another_address


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Its own key, user, role and session stay as they are; all others are free to go."""
    for name, own in OWN.items():
        if case.method != "GET" and str((case.path_parameters or {}).get(name)) == own:
            case.path_parameters[name] = "999999"
    if next(_calls) % NEW_CONNECTION_AFTER == 0:
        case.headers["Connection"] = "close"


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """A number in a form is the text of it: there is no such thing as a field of another type.

    And nothing but blanks is no broken JSON: mhud takes it for no body at all.
    """
    if isinstance(body, bytes):
        return bool(body.strip())
    if "/attachments" not in context.operation.path or not isinstance(body, dict):
        return True
    return all(isinstance(value, str | bytes) for value in body.values())
