"""Certificates for tests, signed by an authority of the test's own."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path

import trustme


class Authority:
    """`folder` gets server.pem and server.key, made anew by each `issue`."""

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = folder / "server.pem", folder / "server.key"
        self._root = folder / "root.pem"
        self._ca = trustme.CA()

    def issue(self, ends: datetime | None = None) -> None:
        made = self._ca.issue_cert("localhost", "127.0.0.1", not_after=ends)
        self.key.write_bytes(made.private_key_pem.bytes())
        self.certificate.write_bytes(b"".join(one.bytes() for one in made.cert_chain_pems))

    def trusted(self) -> ssl.SSLContext:
        """For a client."""
        context = ssl.create_default_context()
        self._ca.configure_trust(context)
        return context

    def root(self) -> Path:
        """The authority's own certificate, for a client's settings."""
        self._ca.cert_pem.write_to_path(str(self._root))
        return self._root
