"""`mhud erase client ID`: a person leaves, and all that tells of him."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from functools import partial

from mhud import vault
from mhud.commands.common import Failure, Usage, opened, remark, say, settings
from mhud.numbers import Numbers
from mhud.services.access import Access
from mhud.services.attachments import FOLDER
from mhud.services.erasure import Erased, Erasure
from mhud.services.rights import Principal
from mhud.services.trail import Trail


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    client = commands.add_parser("client", help="a person, everywhere, for good; asks once more")
    client.add_argument("id", metavar="ID", help="as client-0f3a…; `mhud` prints no names")
    client.add_argument(
        "--by", required=True, metavar="USERNAME", help="who answers for it in the audit trail"
    )
    client.add_argument("--yes", action="store_true", help="do not ask")
    client.set_defaults(run=_run)


def _run(options: Namespace) -> None:
    if not options.yes:
        _ask(options.id)
    asyncio.run(_erase(options))


def _ask(client_id: str) -> None:
    """Raises Usage or Failure."""
    if not sys.stdin.isatty():
        raise Usage("this can't be undone: say --yes")
    remark(f"{client_id} will be erased everywhere but in backups. This can't be undone.")
    if input("Type the id once more: ").strip() != client_id:
        raise Failure("nothing was erased")


async def _erase(options: Namespace) -> None:
    chosen = settings(options)
    async with opened(options) as access:
        erasure = Erasure(
            access.db,
            access.clock,
            Numbers(chosen.helpline.region),
            Trail(access.db, access.clock),
            partial(vault.remove, chosen.data_dir / FOLDER),
            chosen.data_dir,
        )
        erased = await erasure.erase(_who(access, options.by), options.id)
    _print(erased)


COUNTED = (
    "calls", "events", "communications", "sessions", "callbacks", "drafts", "files", "recordings",
)  # fmt: skip


def _who(access: Access, username: str) -> Principal:
    """Raises Usage."""
    user = access.known.names.get(username.casefold())
    if user is None or user.disabled:
        raise Usage("--by: there is nobody of this name who may sign in")
    return access.user_principal(user)


def _print(erased: Erased) -> None:
    for what in COUNTED:
        say(f"{what:15} {getattr(erased, what)}")
    say(f"{'cases emptied':15} {_listed(erased.emptied_cases)}")
    if erased.kept_cases:
        say(f"{'cases to read':15} {_listed(erased.kept_cases)}")
        remark("They are about others too, and lost only this person's name, numbers and address.")
    if erased.recorded_calls:
        say(f"{'recorded calls':15} {', '.join(erased.recorded_calls)}")
        remark("mhud never took over their recordings: look in Asterisk's folder.")
    remark("A daemon that runs forgets the last calls and events when it is restarted.")


def _listed(ids: tuple[int, ...]) -> str:
    return ", ".join(map(str, ids)) or "none"
