"""The OpenCHS document's shell commands, word for word, against a running demo."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mhud.clock import SystemClock
from tests.printed import differences
from tests.printed_openchs import endpoint, example_requests, flow
from tests.running_demo import code_for, running_demo

SERVER, ADDRESS = "https://your-domain.com", "user@example.com"
CODE, SESSION = '"otp":"123456"', "your-session-id"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
Answer = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Shell:
    """In a folder of its own, where curl leaves its cookies."""

    folder: Path
    demo: dict[str, Any]

    def run(self, command: str) -> Answer:
        """Status and JSON. Only the address of the server is changed."""
        assert SERVER in command
        told = command.replace(SERVER, self.demo["base_url"])
        done = subprocess.run(
            ["bash", "-c", told],
            cwd=self.folder,
            env={**os.environ, "NO_PROXY": "127.0.0.1", "CURL_HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert done.returncode == 0, done.stderr
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    def cookie(self) -> str:
        lines = (self.folder / "cookies.txt").read_text().splitlines()
        (value,) = (one.split()[6] for one in lines if "HELPLINE_SESSION_ID" in one)
        return value

    def read(self, path: str) -> Any:
        """The data there, for who is signed in."""
        status, answer = self.run(f"curl -s -b cookies.txt {SERVER}/helpline/api{path}")
        assert status == 200, answer
        return answer["data"]

    async def code(self) -> str:
        """As soon as it lies in the outbox."""
        async with asyncio.timeout(10):
            while (code := code_for(self.demo, ADDRESS)) is None:
                await SystemClock().sleep(0.05)
        return code


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """curl says the status too, so that the commands need not be changed for it."""
    (tmp_path / ".curlrc").write_text('write-out = "\\n%{http_code}"\n')
    with running_demo(tmp_path) as demo:
        yield Shell(tmp_path, demo)


async def sign_in(shell: Shell) -> tuple[Answer, Answer]:
    asking, verifying = flow()[:2]
    assert ADDRESS in asking
    assert CODE in verifying
    sent = shell.run(asking)
    real = CODE.replace("123456", await shell.code())
    return sent, shell.run(verifying.replace(CODE, real))


async def test_the_printed_flow_signs_in_makes_a_case_and_notes_what_was_done(
    shell: Shell,
) -> None:
    sent, verified = await sign_in(shell)
    assert sent == (200, endpoint("POST", "/sendOTP").response)
    assert verified == (200, endpoint("POST", "/verifyOTP").response)

    making, noting = flow()[2:]
    status, made = shell.run(making)
    printed = endpoint("POST", "/cases").response
    assert (status, made["message"], made["data"]["status"]) == (201, printed["message"], "open")
    assert differences(printed, made) == []
    case = shell.read(f"/cases/{made['data']['id']}")
    sent_fields = json.loads(making[making.index("{") : making.rindex("}") + 1])
    assert {name: case[name] for name in sent_fields} == sent_fields
    assert case["created_by"] == verified[1]["user"]["id"]

    status, noted = shell.run(noting)
    assert status == 201
    assert differences(endpoint("POST", "/cases/{id}/activities").response, noted) == []
    newest = shell.read("/cases/123/activities")[0]
    assert newest["id"] == noted["data"]["id"]
    assert (newest["activity_type"], newest["description"]) == ("note", "Initial assessment")
    assert newest["user_name"] == verified[1]["user"]["username"]


async def test_the_printed_example_requests_read_cases_with_the_cookie(shell: Shell) -> None:
    await sign_in(shell)
    listing, reading = (one.replace(SESSION, shell.cookie()) for one in example_requests())
    status, listed = shell.run(listing)
    assert status == 200
    assert differences(endpoint("GET", "/cases").response, listed) == []
    assert {(case["status"], case["priority"]) for case in listed["data"]} == {("open", "high")}
    assert shell.run(reading) == (200, {"success": True, "data": shell.read("/cases/123")})


async def test_the_printed_code_itself_signs_nobody_in(shell: Shell) -> None:
    """It is a placeholder: also once it was asked for one."""
    asking, verifying = flow()[:2]
    shell.run(asking)
    assert await shell.code() != "123456"
    status, answer = shell.run(verifying)
    assert (status, answer["error"]["code"]) == (401, "UNAUTHORIZED")
