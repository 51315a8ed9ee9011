"""`mhud user`: people who sign in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction

from mhud.clock import rfc3339
from mhud.commands import setup_link
from mhud.commands.common import (
    Usage,
    add_password_options,
    password,
    print_table,
    remark,
    with_access,
)
from mhud.errors import not_found
from mhud.services import invitations, lockouts, people
from mhud.services.access import Access
from mhud.services.person import User
from mhud.services.person_changes import change_person, find_person
from mhud.services.rights import BUILT_IN_ROLES, COMMAND_LINE


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_adding(commands)
    show = commands.add_parser("list", help="list people")
    show.set_defaults(run=with_access(_list))

    for verb, work, text in (
        ("disable", _disable, "stop a person, his tokens and the keys that act as him, at once"),
        ("enable", _enable, "let a disabled person sign in again"),
        ("unlock", _unlock, "forget failures to sign in, by password and by code"),
        ("show", _show, "print what is known of a person"),
        ("invite", _invite, "print a link by which a person sets his password, good once"),
    ):
        one = commands.add_parser(verb, help=text)
        one.add_argument("username")
        one.set_defaults(run=with_access(work))
    _add_changes(commands)

    passwd = commands.add_parser("passwd", help="set a password; ends what he is signed in with")
    passwd.add_argument("username")
    add_password_options(passwd)
    passwd.set_defaults(run=with_access(_passwd))


def _add_adding(commands: _SubParsersAction[ArgumentParser]) -> None:
    add = commands.add_parser("add", help="add a person who can sign in")
    add.add_argument("username")
    add.add_argument("--name", help="as others see it; default: the username")
    add.add_argument(
        "--role", default="operator", help=f"{', '.join(BUILT_IN_ROLES)} (default: operator)"
    )
    add.add_argument("--email", help="sign-in codes go there")
    add.add_argument("--phone", help="a number for sign-in codes by SMS")
    add.add_argument(
        "--address",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="one more e-mail address or number for codes; may be repeated",
    )
    add.add_argument(
        "--no-password", action="store_true", help="he signs in by codes, until he sets one"
    )
    add_password_options(add)
    add.set_defaults(run=with_access(_add))


def _add_changes(commands: _SubParsersAction[ArgumentParser]) -> None:
    role = commands.add_parser("role", help="give a person another role")
    role.add_argument("username")
    role.add_argument("role")
    role.set_defaults(run=with_access(_role))

    reach = commands.add_parser("addresses", help="set where a person's sign-in codes go")
    reach.add_argument("username")
    reach.add_argument("--email", help="empty: none")
    reach.add_argument("--phone", help="empty: none")
    reach.add_argument(
        "--address",
        action="append",
        metavar="ADDRESS",
        help="e-mail address or number besides these two; may be repeated, and replaces all; "
        "empty: none",
    )
    reach.set_defaults(run=with_access(_addresses))


async def _add(access: Access, options: Namespace) -> None:
    person = people.Person(
        username=options.username,
        name=options.name or options.username,
        role=options.role,
        email=options.email,
        mobile=options.phone,
        addresses=options.address,
        password=None if options.no_password else password(options),
    )
    user = await people.add_person(access, person, COMMAND_LINE)
    remark(f"added {user.username}, {user.role}")


async def _list(access: Access, _options: Namespace) -> None:
    rows = [
        (
            str(user.id),
            user.username,
            user.role,
            user.agent_id or "-",
            _state(user),
        )
        for user in access.known.users.values()
    ]
    print_table(("ID", "USERNAME", "ROLE", "AGENT", "STATE"), rows)


async def _disable(access: Access, options: Namespace) -> None:
    await people.disable(access, options.username, COMMAND_LINE)
    remark(f"disabled {options.username}")


async def _enable(access: Access, options: Namespace) -> None:
    await people.enable(access, options.username, COMMAND_LINE)
    remark(f"enabled {options.username}")


async def _passwd(access: Access, options: Namespace) -> None:
    await people.set_password(access, options.username, password(options), COMMAND_LINE)
    remark(f"{options.username} has a new password")


async def _unlock(access: Access, options: Namespace) -> None:
    user = _named(access, options.username)
    await lockouts.unlock(access, user.id, COMMAND_LINE)
    remark(f"{user.username} may try again; a daemon that runs takes it within a second")


async def _invite(access: Access, options: Namespace) -> None:
    user = _named(access, options.username)
    made = await invitations.invite(access, user.id, COMMAND_LINE)
    setup_link.show(options, made, f"{user.username}, who sets his password by it")


async def _role(access: Access, options: Namespace) -> None:
    user = _named(access, options.username)
    await change_person(access, user.id, {"role": options.role}, COMMAND_LINE)
    remark(f"{user.username} is {options.role} now")


async def _addresses(access: Access, options: Namespace) -> None:
    """Raises Usage when nothing is to be set."""
    wish: dict[str, object] = {}
    for name in ("email", "phone"):
        if getattr(options, name) is not None:
            wish[name] = getattr(options, name) or None
    if options.address is not None:
        wish["sign_in_addresses"] = [one for one in options.address if one]
    if not wish:
        raise Usage("nothing to set: give --email, --phone or --address")
    user = _named(access, options.username)
    await change_person(access, user.id, wish, COMMAND_LINE)
    remark(f"{user.username} has the addresses that you gave")


async def _show(access: Access, options: Namespace) -> None:
    user, more = await find_person(access, _named(access, options.username).id)
    told = {
        "id": str(user.id),
        "username": user.username,
        "name": user.name,
        "role": user.role,
        "state": _state(user),
        "email": user.email,
        "phone": user.phone,
        "more addresses": ", ".join(address for _, address in more),
        "agent": user.agent_id,
        "last login": rfc3339(user.last_login) if user.last_login else None,
    }
    print_table(("WHAT", "VALUE"), [(what, value or "-") for what, value in told.items()])


def _named(access: Access, username: str) -> User:
    """Raises MhudError NOT_FOUND."""
    user = access.known.names.get(username.casefold())
    if user is None:
        raise not_found("user", username)
    return user


def _state(user: User) -> str:
    if user.disabled:
        return "disabled"
    if user.password_hash:
        return "can sign in"
    return "by code only" if user.email or user.phone else "no password"
