"""The command line. Exit status: 0 done, 1 it failed, 2 it was asked wrongly."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any

import structlog
from pydantic import ValidationError

import mhud
from mhud import logs
from mhud.commands import (
    agents,
    backup,
    database,
    doctor,
    erase,
    keys,
    purge,
    recount,
    roles,
    run,
    setup_link,
    users,
    watch,
)
from mhud.commands import settings as settings_command
from mhud.commands.common import Failure, Usage, remark
from mhud.config_words import in_words
from mhud.errors import MhudError
from mhud.store.driver import StoreError

COMMANDS: tuple[tuple[str, Callable[[argparse.ArgumentParser], None], str], ...] = (
    ("serve", run.add_serve, "run the daemon"),
    ("demo", run.add_demo, "run the daemon on a simulated PBX with a shift's traffic"),
    ("setup-link", setup_link.add_to, "print the link by which the first administrator begins"),
    ("user", users.add_to, "people who sign in"),
    ("role", roles.add_to, "what people may do"),
    ("key", keys.add_to, "API keys"),
    ("agent", agents.add_to, "people with a phone"),
    ("database", database.add_to, "encrypt it, change its key, see whether it is sound"),
    ("config", settings_command.add_to, "look at the settings"),
    ("backup", backup.add_backup, "copy everything into one file, beside a running daemon"),
    ("restore", backup.add_restore, "put back what a backup holds; the daemon must be stopped"),
    ("purge", purge.add_to, "remove what is over its time"),
    ("recount", recount.add_to, "count all calls again for reports"),
    ("erase", erase.add_to, "erase a person everywhere but in backups"),
    ("doctor", doctor.add_to, "say what is right, what is not, and how to mend it"),
    ("watch", watch.add_to, "print events of a running daemon as they happen"),
    ("replay", run.add_replay, "print what follows from a recorded trace, as JSON lines"),
    ("openapi", run.add_openapi, "print the OpenAPI document: REST and webhooks"),
    ("asyncapi", run.add_asyncapi, "print the AsyncAPI document: events over WebSocket"),
    ("types", run.add_types, "print TypeScript types of the API, its events and its webhooks"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Never raises for what an operator can do wrong; SystemExit(2) is argparse's own."""
    options = parser().parse_args(arguments)
    if not structlog.is_configured():
        logs.for_commands()
    try:
        options.run(options)
    except Usage as error:
        remark(f"mhud: {error}")
        return 2
    except ValidationError as error:
        remark(f"mhud: the settings are wrong: {in_words(error)}")
        return 1
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Failure, MhudError, StoreError, TOMLDecodeError, OSError, ValueError) as error:
        remark(f"mhud: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


class _Parser(argparse.ArgumentParser):
    """Takes no half options: `--password` must not pass for `--password-file`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_abbrev": False})


def parser() -> argparse.ArgumentParser:
    top = _Parser(
        prog="mhud", description="The control daemon of a helpline that runs on Asterisk."
    )
    top.add_argument("--version", action="version", version=f"mhud {mhud.__version__}")
    _add_config(top, default=None)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, add_to, text in COMMANDS:
        command = commands.add_parser(name, help=text, description=text)
        add_to(command)
        for leaf in _leaves(command):
            _add_config(leaf, default=argparse.SUPPRESS)
    return top


def _leaves(command: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The command itself, and its verbs: --config may stand at any of them."""
    verbs = [
        verb
        for action in command._actions
        if isinstance(action, argparse._SubParsersAction)
        for verb in action.choices.values()
    ]
    return [command, *verbs]


def _add_config(command: argparse.ArgumentParser, default: object) -> None:
    command.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=default,
        help="settings in TOML; default: $MHUD_CONFIG, else /etc/mhud/mhud.toml if it is there",
    )
