"""TLS by certificate files: what clients see when they are renewed, broken or gone."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mhud.certificate import LOOK_S, Certificate, CertificateError, expiry
from tests.certificates import Authority
from tests.fake_clock import FakeClock, eventually

FIRST, SECOND = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), datetime(2053, 1, 2, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.issue(FIRST)
    return made


@asynccontextmanager
async def served(certificate: Certificate) -> AsyncIterator[int]:
    """A TLS server that echoes a line; its port."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=certificate.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def connected(
    port: int, context: ssl.SSLContext, name: str | None = "localhost"
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=name
    )
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def end_seen_by(port: int, context: ssl.SSLContext, name: str | None = "localhost") -> str:
    """The end of validity of the certificate that a client is shown."""
    async with connected(port, context, name) as (_, writer):
        return str(writer.get_extra_info("peercert")["notAfter"])


async def test_a_client_is_shown_the_certificate(authority: Authority) -> None:
    certificate = Certificate(authority.certificate, authority.key)
    async with served(certificate) as port:
        assert await end_seen_by(port, authority.trusted()) == "May  6 07:08:09 2031 GMT"
    assert certificate.expires_at == FIRST


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_a_renewed_certificate_holds_for_new_connections_and_breaks_none(
    authority: Authority, name: str
) -> None:
    clock = FakeClock()
    certificate = Certificate(authority.certificate, authority.key)
    work = asyncio.create_task(certificate.run(clock))
    async with served(certificate) as port, connected(port, authority.trusted()) as (old, out):
        authority.issue(SECOND)
        await clock.advance(LOOK_S)
        await eventually(lambda: certificate.expires_at == SECOND)

        assert await end_seen_by(port, authority.trusted(), name) == "Jan  2 00:00:00 2053 GMT"
        out.write(b"still here\n")
        assert await old.readline() == b"still here\n"
    work.cancel()


async def test_a_broken_new_file_keeps_the_old_certificate_and_is_said(
    authority: Authority,
) -> None:
    certificate = Certificate(authority.certificate, authority.key)
    authority.certificate.write_text("half a fi")
    await certificate.look()
    problem = certificate.problem
    async with served(certificate) as port:
        assert await end_seen_by(port, authority.trusted()) == "May  6 07:08:09 2031 GMT"
    authority.issue(SECOND)
    await certificate.look()

    assert problem is not None
    assert "no PEM file" in problem
    assert certificate.problem is None
    assert certificate.expires_at == SECOND


async def test_files_that_stay_the_same_are_left_alone_unless_asked(authority: Authority) -> None:
    certificate = Certificate(authority.certificate, authority.key)
    before = certificate._current
    await certificate.look()
    left = certificate._current
    await certificate.look(again=True)

    assert left is before
    assert certificate._current is not before


async def test_nothing_older_than_tls_1_2_is_spoken(authority: Authority) -> None:
    old = authority.trusted()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    certificate = Certificate(authority.certificate, authority.key)
    async with served(certificate) as port:
        assert await end_seen_by(port, old)
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            await end_seen_by(port, old)


def test_a_key_of_another_certificate_is_named(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    other.issue()
    with pytest.raises(CertificateError, match=r"other/server\.key is not the key of"):
        Certificate(authority.certificate, other.key)


def test_an_encrypted_key_is_refused_without_asking_for_a_password(authority: Authority) -> None:
    key = load_pem_private_key(authority.key.read_bytes(), None)
    secret = BestAvailableEncryption(b"secret")
    authority.key.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, secret)
    )
    with pytest.raises(CertificateError, match="encrypted"):
        Certificate(authority.certificate, authority.key)


def test_a_file_that_is_not_there_is_named(authority: Authority) -> None:
    authority.key.unlink()
    with pytest.raises(CertificateError, match=r"can't read .*server\.key: No such file"):
        Certificate(authority.certificate, authority.key)


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n\xff\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n" + b"//8w" * 500 + b"\n-----END CERTIFICATE-----\n",
    ],
)
def test_what_is_no_certificate_has_no_end(pem: bytes) -> None:
    with pytest.raises(CertificateError):
        expiry(pem)
