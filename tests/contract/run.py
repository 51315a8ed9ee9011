"""Lets schemathesis loose on a demo of its own: with a key on both dialects, with a login on one.

    python -m tests.contract.run                 a few minutes
    python -m tests.contract.run --minutes 60    fuzzing and sequences until the time is over

Ends with status 1 when something was found, which is printed with a curl command for each.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.running_demo import code_for, running_demo

CONFIG = Path(__file__).with_name("schemathesis.toml")
ROOT = Path(__file__).parents[2]
ADDRESS = "alice@example.org"  # of the administrator
TIMEOUT_S = 60  # for what takes milliseconds on a machine that has nothing else to do
_ANSWERS = re.compile(r'^mhud_http_requests_total{.*status="(\d+)"} (\S+)$', re.MULTILINE)
_COUNT = re.compile(r"^\s+(\d+) generated", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """`told` is what schemathesis printed; `strange` the part that was answered with 401 or 429."""

    failed: bool
    cases: int
    strange: float
    told: str


def contract(
    examples: int, minutes: float | None = None, seed: int | None = None
) -> Iterator[Found]:
    """With a key first, then with a cookie. `minutes`: of each. `seed`: else others each time."""
    options = ["--max-examples", str(examples)]
    if seed is not None:
        options += ["--seed", str(seed)]
    if minutes is not None:
        options += ["--max-time", str(round(minutes * 60))]
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo:
        key = {"X-API-Key": demo["api_key"]}
        yield _run(demo, key, options, _own(demo, key))
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo:
        cookie = {"Cookie": _log_in(demo)}
        # people have 600 requests a minute; the phase "coverage" alone needs thousands
        slowly = ["--phases", "fuzzing,stateful", "--rate-limit", "580/m"]
        # a logout would end what asks; with a key it was tried above
        only = ["--include-path-regex", "^/helpline/", "--exclude-operation-id", "openchs_log_out"]
        yield _run(demo, cookie, [*options, *only, *slowly], _own(demo, cookie))


def _run(demo: Mapping[str, Any], who: Mapping[str, str], options: list[str], own: str) -> Found:
    headers = [part for name, value in who.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"),
            f"{demo['base_url']}/docs/openapi.json",
            *("--checks", "all", "--continue-on-failure", "--no-color"),
            *("--request-timeout", str(TIMEOUT_S)),
            # else it makes keys up, which come before a good cookie, and nearly all is a 401
            *("--generation-with-security-parameters", "false"),
            *headers,
            *options,
        ],
        cwd=Path(demo["outbox"]).parent,  # where it leaves its own files, and both go
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.contract.hooks",
            "CONTRACT_OWN": own,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    count = _COUNT.search(done.stdout)
    cases = int(count[1]) if count else 0
    return Found(done.returncode != 0, cases, _strange(demo["base_url"]), done.stdout)


def _strange(base: str) -> float:
    """Much of it means that the limits or the credentials were tested, and little else."""
    told = requests.get(f"{base}/metrics", timeout=TIMEOUT_S).text
    answers = [(status, float(count)) for status, count in _ANSWERS.findall(told)]
    return sum(count for status, count in answers if status in {"401", "429"}) / sum(
        count for _, count in answers
    )


def _own(demo: Mapping[str, Any], who: Mapping[str, str]) -> str:
    """Path parameters that name the asker himself, as name=value."""
    base = demo["base_url"]
    if "X-API-Key" in who:
        keys = requests.get(f"{base}/api/v1/keys", headers=who, timeout=TIMEOUT_S).json()["keys"]
        return f"key_id={keys[0]['id']}"
    me = requests.get(f"{base}/helpline/api/users/me", headers=who, timeout=TIMEOUT_S).json()
    return f"user_id={me['data']['id']} name={me['data']['role']}"


def _log_in(demo: Mapping[str, Any]) -> str:
    """The cookie of the administrator."""
    base = f"{demo['base_url']}/helpline/api"
    asked = {"addr_addr": ADDRESS, "addr_type": "email"}
    requests.post(f"{base}/sendOTP", json=asked, timeout=TIMEOUT_S).raise_for_status()
    while (code := code_for(dict(demo), ADDRESS)) is None:  # the message goes its own way
        requests.get(f"{demo['base_url']}/health/live", timeout=TIMEOUT_S).raise_for_status()
    answer = requests.post(
        f"{base}/verifyOTP", json={"addr_addr": ADDRESS, "otp": code}, timeout=TIMEOUT_S
    )
    answer.raise_for_status()
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


def main() -> int:
    parser = argparse.ArgumentParser(description="Test the API against its OpenAPI document.")
    parser.add_argument("--examples", type=int, default=50, help="of each operation")
    parser.add_argument("--minutes", type=float, help="of each of the two runs")
    parser.add_argument("--seed", type=int, help="the same requests as another time")
    wanted = parser.parse_args()
    status = 0
    for found in contract(wanted.examples, wanted.minutes, wanted.seed):
        print(found.told, flush=True)
        status |= found.failed
    return status


if __name__ == "__main__":
    sys.exit(main())
