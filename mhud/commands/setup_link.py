"""`mhud setup-link`: the first administrator sets his password on a page, by a link."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mhud.commands.common import remark, say, settings, with_access
from mhud.services import invitations
from mhud.services.access import Access
from mhud.services.invitations import Invited
from mhud.services.reached import base_url
from mhud.services.rights import COMMAND_LINE


def add_to(parser: ArgumentParser) -> None:
    parser.set_defaults(run=with_access(_run))


def show(options: Namespace, made: Invited, whom: str) -> None:
    """The link alone on stdout."""
    http = settings(options).http
    say(invitations.link(base_url(http), made.token))
    remark(f"good once, until {made.expires_at:%Y-%m-%d %H:%M} UTC: for {whom}")
    if http.public_url is None:
        remark("the setting http.public_url is not there: put in the name that people reach")


async def _run(access: Access, options: Namespace) -> None:
    """Raises MhudError CONFLICT."""
    made = await invitations.set_up(access, COMMAND_LINE)
    show(options, made, "who becomes the first administrator; a link before it is void")
