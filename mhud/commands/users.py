"""`mhud user`: people who sign in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mhud.commands.common import (
    add_password_options,
    password,
    print_table,
    remark,
    with_access,
)
from mhud.services import people
from mhud.services.access import Access
from mhud.services.rights import BUILT_IN_ROLES


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="add a person who can sign in")
    add.add_argument("username")
    add.add_argument("--name", help="as others see it; default: the username")
    add.add_argument(
        "--role", default="operator", help=f"{', '.join(BUILT_IN_ROLES)} (default: operator)"
    )
    add.add_argument("--email")
    add_password_options(add)
    add.set_defaults(run=with_access(_add))

    show = commands.add_parser("list", help="list people")
    show.set_defaults(run=with_access(_list))

    for verb, work, text in (
        ("disable", _disable, "stop a person, his tokens and the keys that act as him, at once"),
        ("enable", _enable, "let a disabled person sign in again"),
    ):
        one = commands.add_parser(verb, help=text)
        one.add_argument("username")
        one.set_defaults(run=with_access(work))

    passwd = commands.add_parser("passwd", help="set a password; ends what he is signed in with")
    passwd.add_argument("username")
    add_password_options(passwd)
    passwd.set_defaults(run=with_access(_passwd))


async def _add(access: Access, options: Namespace) -> None:
    person = people.Person(
        username=options.username,
        name=options.name or options.username,
        role=options.role,
        email=options.email,
        password=password(options),
    )
    user = await people.add_person(access, person)
    remark(f"added {user.username}, {user.role}")


async def _list(access: Access, _options: Namespace) -> None:
    rows = [
        (
            str(user.id),
            user.username,
            user.role,
            user.agent_id or "-",
            "disabled" if user.disabled else "can sign in" if user.password_hash else "no password",
        )
        for user in access.known.users.values()
    ]
    print_table(("ID", "USERNAME", "ROLE", "AGENT", "STATE"), rows)


async def _disable(access: Access, options: Namespace) -> None:
    await people.disable(access, options.username)
    remark(f"disabled {options.username}")


async def _enable(access: Access, options: Namespace) -> None:
    await people.enable(access, options.username)
    remark(f"enabled {options.username}")


async def _passwd(access: Access, options: Namespace) -> None:
    await people.set_password(access, options.username, password(options))
    remark(f"{options.username} has a new password")
