"""`mhud agent`: people with a phone."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mhud.commands.common import print_table, remark, with_access, words
from mhud.services import people
from mhud.services.access import Access
from mhud.services.people import Person, Phone
from mhud.services.rights import COMMAND_LINE


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="give a person a phone; a new person if there is none")
    add.add_argument("agent_id", help="as in agent001")
    add.add_argument("--name", help="as others see it; default: the agent id")
    add.add_argument("--username", help="of the person; default: the agent id")
    add.add_argument("--extension", help="what colleagues dial, as 1001")
    add.add_argument("--interface", help="what app_queue calls; default: PJSIP/<agent id>")
    add.add_argument("--queues", default="", help="comma-separated; joined when he logs in")
    add.set_defaults(run=with_access(_add))

    show = commands.add_parser("list", help="list agents")
    show.set_defaults(run=with_access(_list))

    remove = commands.add_parser("remove", help="take the phone away; the person stays")
    remove.add_argument("agent_id")
    remove.set_defaults(run=with_access(_remove))


async def _add(access: Access, options: Namespace) -> None:
    phone = Phone(
        agent_id=options.agent_id,
        interface=options.interface or f"PJSIP/{options.agent_id}",
        extension=options.extension,
        queues=words(options.queues),
    )
    username = options.username or options.agent_id
    user = access.known.names.get(username.casefold())
    if user is None:
        name = options.name or options.agent_id
        person = Person(username=username, name=name, phone=phone)
        await people.add_person(access, person, COMMAND_LINE)
    else:
        await people.give_phone(access, user, phone, COMMAND_LINE)
    remark(f"{options.agent_id} has the phone {phone.interface}")


async def _list(access: Access, _options: Namespace) -> None:
    rows = [
        (
            user.agent_id or "",
            user.username,
            user.interface or "-",
            user.extension or "-",
            ",".join(user.queues) or "-",
        )
        for user in access.known.users.values()
        if user.agent_id is not None
    ]
    print_table(("AGENT", "USERNAME", "INTERFACE", "EXTENSION", "QUEUES"), rows)


async def _remove(access: Access, options: Namespace) -> None:
    await people.remove_phone(access, options.agent_id, COMMAND_LINE)
    remark(f"{options.agent_id} is no agent any more")
