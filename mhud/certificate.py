"""The TLS certificate: read from files, and read again when they change.

A renewed one holds for the connections that begin after it; what is broken is not taken.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from datetime import UTC, datetime
from pathlib import Path

import structlog

from mhud.clock import Clock

log = structlog.get_logger(__name__)
LOOK_S = 60.0
SEQUENCE, EXPLICIT_0 = 0x30, 0xA0
_FIRST = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class CertificateError(ValueError):
    """Why a certificate can't be used, in plain words, with the file."""


class Certificate:
    """`context` is for the server, for as long as it runs. Raises CertificateError."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.problem: str | None = None  # why the newest files were not taken
        self._certificate = certificate
        self._key = key
        self._seen = _signature(certificate, key)
        self._current, self.expires_at = read(certificate, key)
        self.context = _context()
        self.context.load_cert_chain(certificate, key)
        self.context.sni_callback = self._choose  # is called without a server name, too

    async def run(self, clock: Clock) -> None:
        """For ever: takes a renewed certificate by itself."""
        while True:
            await clock.sleep(LOOK_S)
            await self.look()

    async def look(self, *, again: bool = False) -> None:
        """Takes what is new in the files; `again`: even if they look the same. Never raises."""
        await asyncio.to_thread(self._look, again)

    def _look(self, again: bool) -> None:
        seen = _signature(self._certificate, self._key)
        if seen == self._seen and not again:
            return
        self._seen = seen
        try:
            self._current, self.expires_at = read(self._certificate, self._key)
        except CertificateError as error:
            self.problem = str(error)
            log.error("certificate_not_taken", problem=self.problem, goes_on_with="the old one")
            return
        self.problem = None
        log.info("certificate_taken", expires_at=self.expires_at.isoformat())

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _base: ssl.SSLContext) -> None:
        connection.context = self._current


def read(certificate: Path, key: Path) -> tuple[ssl.SSLContext, datetime]:
    """A context with both, and when the certificate ends. Raises CertificateError."""
    context = _context()

    def password() -> str:  # OpenSSL would ask on the terminal
        raise CertificateError(f"{key} is encrypted; it must be without a password")

    try:
        pem = certificate.read_bytes()
        key.read_bytes()
    except OSError as error:
        raise CertificateError(f"can't read {error.filename}: {error.strerror}") from None
    try:
        context.load_cert_chain(certificate, key, password=password)
    except (ssl.SSLError, OSError) as error:
        raise CertificateError(_why(error, certificate, key)) from None
    return context, expiry(pem)


def expiry(pem: bytes) -> datetime:
    """When the first certificate in it ends. Raises CertificateError."""
    found = _FIRST.search(pem)
    try:
        return _not_after(ssl.PEM_cert_to_DER_cert(found[0].decode("ascii") if found else ""))
    except (ValueError, IndexError):
        raise CertificateError("there is no certificate in the file") from None


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _why(error: OSError, certificate: Path, key: Path) -> str:
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return f"{key} is not the key of {certificate}"
    return f"{certificate} or {key} is no PEM file, or a part of it is missing"


def _signature(*files: Path) -> tuple[tuple[int, int, int] | None, ...]:
    return tuple(_signature_of(file) for file in files)


def _signature_of(file: Path) -> tuple[int, int, int] | None:
    try:
        now = file.stat()
    except OSError:
        return None
    return now.st_mtime_ns, now.st_size, now.st_ino


# ---- as much DER as it takes to find the end of validity (RFC 5280, 4.1)


def _not_after(der: bytes) -> datetime:
    """Certificate → tbsCertificate → validity → notAfter. Raises ValueError or IndexError."""
    field = _inside(der, _inside(der, 0))
    if der[field] == EXPLICIT_0:  # the version; absent in version 1
        field = _after(der, field)
    for _ in ("serialNumber", "signature", "issuer"):
        field = _after(der, field)
    start, end = _content(der, _after(der, _inside(der, field)))
    return _time(der[start:end].decode("ascii"))


def _inside(der: bytes, at: int) -> int:
    """Where the first element of the sequence at `at` begins."""
    if der[at] != SEQUENCE:
        raise ValueError
    return _content(der, at)[0]


def _after(der: bytes, at: int) -> int:
    return _content(der, at)[1]


def _content(der: bytes, at: int) -> tuple[int, int]:
    length, start = der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[start : start + size]), start + size
    return start, start + length


def _time(text: str) -> datetime:
    """UTCTime has two digits for the year, of 1950 to 2049."""
    if len(text) == len("YYMMDDhhmmssZ"):
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
