"""What a container asks twice a minute."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mhud.healthcheck import address, main
from tests.certificates import Authority


class Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/live" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Alive) as made:
        yield made


def answers(server: HTTPServer) -> None:
    """One request, in the background."""
    threading.Thread(target=server.handle_request, daemon=True).start()


@pytest.mark.parametrize(
    ("given", "file", "where"),
    [
        ({}, "", "http://127.0.0.1:8080/health/live"),
        ({"HOST": "0.0.0.0"}, "", "http://127.0.0.1:8080/health/live"),  # noqa: S104
        ({"HOST": "::"}, "", "http://[::1]:8080/health/live"),
        ({}, "http.port = 81\nhttp.host = '10.0.0.5'", "http://10.0.0.5:81/health/live"),
        ({"PORT": "82"}, "[http]\nport = 81", "http://127.0.0.1:82/health/live"),
        ({"TLS_CERTIFICATE": "/c.pem"}, "", "https://127.0.0.1:8080/health/live"),
        ({}, "http.tls_certificate = '/c.pem'", "https://127.0.0.1:8080/health/live"),
    ],
)
def test_it_asks_where_the_settings_say(
    tmp_path: Path, given: dict[str, str], file: str, where: str
) -> None:
    config = tmp_path / "mhud.toml"
    config.write_text(file)
    environment = {f"MHUD_HTTP__{name}": value for name, value in given.items()}
    assert address({"MHUD_CONFIG": str(config), **environment}) == where


def test_a_daemon_that_lives_is_healthy(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MHUD_HTTP__PORT", str(server.server_port))
    answers(server)
    assert main() == 0


def test_a_daemon_with_tls_is_healthy(
    server: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    authority.issue()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("MHUD_HTTP__PORT", str(server.server_port))
    monkeypatch.setenv("MHUD_HTTP__TLS_CERTIFICATE", str(authority.certificate))
    answers(server)
    assert main() == 0


def test_a_daemon_that_is_gone_is_not(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = server.server_port
    server.server_close()
    monkeypatch.setenv("MHUD_HTTP__PORT", str(port))
    assert main() == 1
    assert "does not answer" in capsys.readouterr().err
