"""All that one may do for clients, gathered for the handlers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Self

from mhud import vault
from mhud.clock import Clock
from mhud.config import Settings
from mhud.feeds.ledger import Ledger
from mhud.numbers import Numbers
from mhud.pump import Pump
from mhud.services.access import Access
from mhud.services.attachments import FOLDER
from mhud.services.calls import Calls
from mhud.services.client_lookup import ClientLookup
from mhud.services.client_sessions import ClientSessions
from mhud.services.clients import Clients
from mhud.services.erasure import Erasure
from mhud.services.trail import Trail
from mhud.store.database import Database


@dataclass(frozen=True, slots=True)
class ClientDesk:
    records: Clients
    sessions: ClientSessions
    lookup: ClientLookup
    erasure: Erasure

    @classmethod
    def open(
        cls,
        settings: Settings,
        db: Database,
        clock: Clock,
        pump: Pump,
        access: Access,
        calls: Calls,
        ledger: Ledger,
        trail: Trail,
        numbers: Numbers,
    ) -> Self:
        remove = partial(vault.remove, settings.data_dir / FOLDER)
        return cls(
            records=Clients(db, clock, numbers, settings.timezone, trail),
            sessions=ClientSessions(db, clock, pump, access, trail),
            lookup=ClientLookup(db, pump.live, numbers, calls, trail),
            erasure=Erasure(db, clock, numbers, trail, remove, settings.data_dir, (pump, ledger)),
        )
