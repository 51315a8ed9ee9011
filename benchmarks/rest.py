"""REST: what everybody polls, `GET /agents/status` with 200 agents, against FastAPI and nginx.

All three do the same for the asker; nginx only hands out a file, and is the ceiling. 64 connections
that stay open, one core for the servers (the idle ones cost nothing), the other for the load. What
counts is the CPU time per request. mhud knows a request again by its bytes, and wrk always sends
the same; so it is also asked with bytes that it has never seen.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from benchmarks.common import (
    BUILT,
    HERE,
    LOAD_CORE,
    ROUNDS,
    SERVER_CORE,
    Figure,
    cpu_s,
    emit,
    free_port,
    medians,
    pin,
    running,
    say,
    wait_for_port,
)
from benchmarks.house import house
from benchmarks.peers import KEY

PATH = "/api/v1/agents/status"
CONNECTIONS = 64
SECONDS = 2
OF_NEW = "of nginx's file, asked with new bytes each time"
_NGINX = """
worker_processes 1; daemon off; pid {here}/pid; error_log {here}/log; user root;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; default_type application/json;
client_body_temp_path {here}/a; proxy_temp_path {here}/b; fastcgi_temp_path {here}/c;
uwsgi_temp_path {here}/d; scgi_temp_path {here}/e;
server {{ listen 127.0.0.1:{port}; location / {{ root {here}/files; output_buffers 2 64k;
open_file_cache max=10; open_file_cache_valid 600s; }} }} }}
"""


_NEVER_THE_SAME = """
local asked = 0
request = function()
  asked = asked + 1
  wrk.headers["X-Asked"] = asked
  return wrk.format()
end
"""


@dataclass(frozen=True)
class Server:
    """`script`: what wrk asks with, where it is not always the same."""

    pid: int
    port: int
    key: str = KEY
    script: Path | None = None


@contextmanager
def fastapi() -> Iterator[Server]:
    port = free_port()
    quiet = ["--no-access-log", "--log-level", "error"]
    fast = ["--loop", "uvloop", "--http", "httptools"]
    argv = [BUILT / "venv/bin/python", "-m", "uvicorn", "fastapi_app:app", "--port", str(port)]
    with running([*argv, *fast, *quiet], SERVER_CORE, cwd=HERE / "peers") as process:
        wait_for_port(port)
        yield Server(process.pid, port)


@contextmanager
def nginx(body: bytes) -> Iterator[Server]:
    port = free_port()
    with TemporaryDirectory() as directory:
        here = Path(directory)
        here.chmod(0o755)
        (here / "nginx.conf").write_text(_NGINX.format(here=here, port=port))
        file = here / ("files" + PATH)
        file.parent.mkdir(parents=True)
        file.write_bytes(body)
        argv = [BUILT / "root/usr/sbin/nginx", "-c", here / "nginx.conf", "-e", here / "log"]
        with running(argv, SERVER_CORE) as process:
            wait_for_port(port)
            yield Server(process.pid, port)


def body_of(server: Server) -> bytes:
    url = f"http://127.0.0.1:{server.port}{PATH}"
    with urlopen(Request(url, headers={"X-API-Key": server.key})) as answer:
        return bytes(answer.read())


def load(server: Server, seconds: int = SECONDS) -> tuple[float, float]:
    """CPU microseconds per request, and requests per second."""
    libraries = ":".join(map(str, (BUILT / "root/usr/lib").glob("*-linux-*")))
    began = cpu_s(server.pid)
    shown = subprocess.run(
        [
            BUILT / "root/usr/bin/wrk",
            *("-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", f"X-API-Key: {server.key}"),
            *(("-s", server.script) if server.script else ()),
            f"http://127.0.0.1:{server.port}{PATH}",
        ],
        preexec_fn=lambda: pin(LOAD_CORE),
        env={**os.environ, "LD_LIBRARY_PATH": libraries},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in shown or "Socket errors" in shown:
        raise RuntimeError(shown)
    requests = int(_found(r"(\d+) requests in", shown))
    used = cpu_s(server.pid) - began
    return used / requests * 1e6, float(_found(r"Requests/sec: +([\d.]+)", shown))


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(text)
    return found[1]


def main(rounds: int = ROUNDS) -> list[Figure]:
    with ExitStack() as up:
        home = up.enter_context(house())
        script = Path(up.enter_context(TemporaryDirectory())) / "never_the_same.lua"
        script.write_text(_NEVER_THE_SAME)
        servers = {
            "mhud": Server(home.pid, home.port, home.keys[0]),
            "mhud, new bytes": Server(home.pid, home.port, home.keys[0], script),
            "fastapi": up.enter_context(fastapi()),
        }
        body = body_of(servers["mhud"])
        servers["nginx"] = up.enter_context(nginx(body))
        say("rest", bytes={name: len(body_of(server)) for name, server in servers.items()})
        for server in servers.values():
            load(server, 1)  # warm
        costs, rates = [], []
        for _ in range(rounds):
            measured = {name: load(server) for name, server in servers.items()}
            costs.append({name: cost for name, (cost, _) in measured.items()})
            rates.append({name: rate for name, (_, rate) in measured.items()})
    cost = medians(costs)
    rate = medians(rates)
    for name in servers:
        say(
            "rest",
            variant=name,
            us_cpu_per_request=round(cost[name], 1),
            requests_per_s=round(rate[name]),
        )
    return [
        emit(_figure("x FastAPI's", cost["fastapi"] / cost["mhud"], 4)),
        emit(_figure("of nginx's file", cost["nginx"] / cost["mhud"], 0.2)),
        emit(_figure(OF_NEW, cost["nginx"] / cost["mhud, new bytes"], None)),
    ]


def _figure(unit: str, ratio: float, at_least: float | None) -> Figure:
    name = "REST: GET /agents/status, 200 agents"
    return Figure(name, round(ratio, 2), unit, at_least=at_least, gated=at_least is not None)


if __name__ == "__main__":
    main()
