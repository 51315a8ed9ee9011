"""A morning's sign-ins leave no memory behind, and hold nobody up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mhud.services.passwords import Passwords

SIGN_INS = """
import asyncio
from pathlib import Path
from mhud.memory import give_back_large_blocks
from mhud.services.passwords import Passwords

def mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

async def main():
    give_back_large_blocks()
    passwords, before = Passwords(), mb()
    await asyncio.gather(*(passwords.hash("seven small lighthouses") for _ in range(6)))
    passwords.close()
    print(mb() - before)

asyncio.run(main())
"""


def test_what_passwords_took_is_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGN_INS], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 10  # one takes 19 MiB


async def test_threads_that_check_passwords_come_after_the_daemons_own() -> None:
    passwords, own = Passwords(), os.getpriority(os.PRIO_PROCESS, 0)
    await passwords.hash("seven small lighthouses")
    found = priorities()
    passwords.close()

    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    assert found.count(own + 10) == 1


def priorities() -> list[int]:
    """Of this process's threads."""
    threads = Path("/proc/self/task").iterdir()
    return [os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in threads]
