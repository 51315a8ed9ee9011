"""`mhud doctor`: what is right, what is not, and how to mend it."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mhud.clock import SystemClock
from mhud.commands.common import Failure, say, settings
from mhud.doctor import report
from mhud.doctor.check import State
from mhud.doctor.examine import ASTERISK_CONF, examine


def add_to(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs; docs/doctor.md says how")
    parser.add_argument(
        "--asterisk-conf",
        type=Path,
        metavar="DIR",
        default=ASTERISK_CONF,
        help=f"Asterisk's configuration, looked at where it may be read; default: {ASTERISK_CONF}",
    )
    parser.set_defaults(run=_run)


def _run(options: Namespace) -> None:
    found = asyncio.run(examine(settings(options), SystemClock(), options.asterisk_conf))
    if options.json:
        say(report.as_json(found))
    else:
        for line in report.lines(found):
            say(line)
    wrong = sum(one.state is State.WRONG for one in found)
    if wrong:
        raise Failure(f"{wrong} of {len(found)} checks are wrong")
