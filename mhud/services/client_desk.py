"""All that one may do for clients, gathered for the handlers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from mhud.clock import Clock
from mhud.numbers import Numbers
from mhud.pump import Pump
from mhud.services.access import Access
from mhud.services.calls import Calls
from mhud.services.client_lookup import ClientLookup
from mhud.services.client_sessions import ClientSessions
from mhud.services.clients import Clients
from mhud.services.trail import Trail
from mhud.store.database import Database


@dataclass(frozen=True, slots=True)
class ClientDesk:
    records: Clients
    sessions: ClientSessions
    lookup: ClientLookup

    @classmethod
    def open(
        cls,
        db: Database,
        clock: Clock,
        pump: Pump,
        access: Access,
        calls: Calls,
        trail: Trail,
        numbers: Numbers,
        zone: ZoneInfo,
    ) -> Self:
        return cls(
            records=Clients(db, clock, numbers, zone, trail),
            sessions=ClientSessions(db, clock, pump, access, trail),
            lookup=ClientLookup(db, pump.live, numbers, calls, trail),
        )
