"""What the command line does to the database as a whole is on record in it."""

from __future__ import annotations

from typing import Any

from mhud.clock import SystemClock
from mhud.commands.common import remark
from mhud.services.rights import COMMAND_LINE
from mhud.store import driver, trail_line
from mhud.store.place import DATABASE, Place
from mhud.store.trail import Deed


def deed(action: str, **details: Any) -> Deed:
    """Details are words and fingerprints."""
    return Deed(
        at=SystemClock().now(),
        user_id=COMMAND_LINE.user_id,
        username=COMMAND_LINE.username,
        credential=COMMAND_LINE.credential,
        ip=None,
        action=action,
        subject_kind="database",
        subject_id=DATABASE,
        details=details,
    )


def sign(place: Place, action: str, **details: Any) -> None:
    """Said where it can't be kept: a database that takes nothing needs these commands most."""
    try:
        trail_line.add(place, deed(action, **details))
    except driver.TROUBLES as error:
        remark(f"not on record in the audit trail: {error}")
