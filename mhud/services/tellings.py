"""What services tell the world, as events in the one order that calls have theirs in.

A telling is written in the transaction of the change that it tells of; the ledger takes it over
(mhud/feeds/handover.py), gives it its seq, and sockets and webhooks get it like any event. No
number, no name and no text that somebody wrote is in it: who may read those asks for the object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mhud.clock import rfc3339
from mhud.feeds.told import TOLD
from mhud.store import tellings as store
from mhud.store.database import Tx
from mhud.store.tellings import TellingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """`object` is printed under the type's name in TOLD, `more` beside it.

    `case` is given where the event is about something on a case: who may not see that one does not
    get the event. It holds `created_by` and `assigned_user_id` (mhud/services/case_events.py).
    """

    type: str
    at: datetime
    object: Mapping[str, Any]
    case: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


async def tell(tx: Tx, telling: Telling) -> None:
    """In the transaction of what it tells of. Raises KeyError for a type that is not in TOLD."""
    await store.add(tx, row_of(telling))


def row_of(telling: Telling) -> TellingRow:
    """Raises KeyError for a type that is not in TOLD."""
    on_case = {} if telling.case is None else {"case": telling.case}
    public = {
        "type": telling.type,
        "timestamp": rfc3339(telling.at),
        TOLD[telling.type]: telling.object,
        **on_case,
        **telling.more,
    }
    return TellingRow(type=telling.type, at=telling.at, public=public)
