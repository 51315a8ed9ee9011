"""Asks the daemon beside it whether it lives: `python -m mhud.healthcheck`, for the container.

Exit status 1: it does not. Imports little, for it runs twice a minute.
"""

from __future__ import annotations

import os
import ssl
import sys
import tomllib
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TIMEOUT_S = 2
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - as a setting, not bound here


def address(environment: Mapping[str, str]) -> str:
    """Where the settings say that the daemon listens. Raises OSError or TOMLDecodeError."""
    file = Path(environment.get("MHUD_CONFIG", "/etc/mhud/mhud.toml"))
    found: dict[str, Any] = tomllib.loads(file.read_text()).get("http", {}) if file.exists() else {}
    for name in ("host", "port", "tls_certificate"):
        found[name] = environment.get(f"MHUD_HTTP__{name.upper()}", found.get(name))
    host = found["host"] or "127.0.0.1"
    host = EVERYWHERE.get(host, host)
    scheme = "https" if found["tls_certificate"] else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{found['port'] or 8080}/health/live"


def main() -> int:
    unverified = ssl.create_default_context()  # it asks itself; the name is another one
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(  # noqa: S310 - http or https, see above
            address(os.environ), timeout=TIMEOUT_S, context=unverified
        ):
            return 0
    except (OSError, tomllib.TOMLDecodeError) as error:
        sys.stderr.write(f"mhud does not answer: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
