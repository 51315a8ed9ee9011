"""`mhud key`: credentials of programs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import timedelta

from mhud.clock import rfc3339
from mhud.commands.common import print_table, remark, say, with_access, words
from mhud.errors import not_found
from mhud.services import keys, signin
from mhud.services.access import Access
from mhud.services.rights import COMMAND_LINE, RIGHTS


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser(
        "add",
        help="make a key; it is printed once, alone, on stdout",
        epilog=f"Rights: {', '.join(RIGHTS)}.",
    )
    add.add_argument("name", help="what the key is for")
    add.add_argument("--rights", required=True, help="comma-separated rights, or all")
    add.add_argument(
        "--tier",
        default="standard",
        help="standard (60 requests a minute), premium (300) or enterprise:N; default: standard",
    )
    add.add_argument("--owner", metavar="USERNAME", help="act as him; default: a service user")
    add.add_argument("--days", type=days, help="expires after so many days; default: never")
    add.set_defaults(run=with_access(_add))

    show = commands.add_parser("list", help="list keys, without the keys themselves")
    show.set_defaults(run=with_access(_list))

    revoke = commands.add_parser("revoke", help="revoke a key; a running daemon refuses it at once")
    revoke.add_argument("key", help="its id, or its name if only one has it")
    revoke.set_defaults(run=with_access(_revoke))

    rotate = commands.add_parser(
        "rotate-signing",
        help="sign tokens with a new key: people must refresh theirs; API keys stay good",
    )
    rotate.set_defaults(run=with_access(_rotate))


def days(text: str) -> int:
    """A hundred years at most."""
    value = int(text)
    if not 1 <= value <= 36_500:
        raise ValueError
    return value


async def _add(access: Access, options: Namespace) -> None:
    wish = keys.KeyWish(
        name=options.name,
        rights=words(options.rights),
        tier=options.tier,
        expires_at=None
        if options.days is None
        else access.clock.now() + timedelta(days=options.days),
    )
    made = await keys.add_key(access, wish, _owner(access, options.owner), COMMAND_LINE)
    remark(f"made {made.key.id}; this is the only time that the key is shown.")
    remark("A daemon that runs takes it within a second.")
    say(made.secret)


async def _list(access: Access, _options: Namespace) -> None:
    rows = []
    for key in keys.list_keys(access):
        owner = access.known.users.get(key.owner_id)
        rows.append(
            (
                key.id,
                key.name,
                f"{key.tier}:{key.rate}" if key.rate else key.tier,
                owner.username if owner else "-",
                rfc3339(key.expires_at) if key.expires_at else "-",
                rfc3339(key.last_used_at) if key.last_used_at else "-",
                ",".join(key.rights),
            )
        )
    print_table(("ID", "NAME", "TIER", "OWNER", "EXPIRES", "LAST USED", "RIGHTS"), rows)


async def _revoke(access: Access, options: Namespace) -> None:
    key = await keys.revoke_key(access, options.key, COMMAND_LINE)
    remark(f"revoked {key.id} ({key.name})")


async def _rotate(access: Access, _options: Namespace) -> None:
    await signin.rotate_signing_key(access, COMMAND_LINE)
    remark("access tokens that were given out are void")


def _owner(access: Access, username: str | None) -> int | None:
    """Raises MhudError NOT_FOUND."""
    if username is None:
        return None
    user = access.known.names.get(username.casefold())
    if user is None:
        raise not_found("user", username)
    return user.id
