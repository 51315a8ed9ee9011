"""`mhud role`: what people may do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mhud.commands.common import print_table, remark, with_access, words
from mhud.services import roles
from mhud.services.access import Access
from mhud.services.rights import COMMAND_LINE, RIGHTS


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    show = commands.add_parser("list", help="list roles, who has them, and what they may")
    show.set_defaults(run=with_access(_list))
    rights = ", ".join((*RIGHTS, *roles.FOR_HIMSELF))
    for verb, work, text in (
        ("add", _add, "make a role"),
        ("set", _set, "say anew what a role may; it holds at once for all who have it"),
    ):
        one = commands.add_parser(verb, help=text, epilog=f"Rights: {rights}.")
        one.add_argument("name")
        one.add_argument("--rights", required=True, help="comma-separated rights, or all")
        one.set_defaults(run=with_access(work))


async def _list(access: Access, _options: Namespace) -> None:
    rows = [
        (role.name, str(role.people), ",".join(role.rights))
        for role in await roles.list_roles(access)
    ]
    print_table(("ROLE", "PEOPLE", "RIGHTS"), rows)


async def _add(access: Access, options: Namespace) -> None:
    role = await roles.add_role(access, options.name, words(options.rights), COMMAND_LINE)
    remark(f"made {role.name}")


async def _set(access: Access, options: Namespace) -> None:
    role = await roles.change_role(access, options.name, words(options.rights), COMMAND_LINE)
    remark(f"{role.name} may {', '.join(role.rights) or 'nothing'}")
