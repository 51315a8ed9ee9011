"""All that one may do about contacts, gathered for the handlers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from mhud.clock import Clock
from mhud.feeds.bus import Bus
from mhud.numbers import Numbers
from mhud.services.access import Access
from mhud.services.callbacks import Callbacks
from mhud.services.calls import Calls
from mhud.services.cases import Cases
from mhud.services.communications import Communications
from mhud.services.drafts import Drafts
from mhud.services.supervision import Supervision
from mhud.services.trail import Trail
from mhud.store.database import Database


@dataclass(frozen=True, slots=True)
class ContactDesk:
    communications: Communications
    drafts: Drafts
    callbacks: Callbacks

    @classmethod
    def open(
        cls,
        db: Database,
        bus: Bus,
        clock: Clock,
        access: Access,
        calls: Calls,
        cases: Cases,
        supervision: Supervision,
        trail: Trail,
        numbers: Numbers,
    ) -> Self:
        words, writing_up = cases.words, supervision.writing_up
        bus.listen(writing_up)
        return cls(
            communications=Communications(db, cases, words, calls, writing_up, trail, numbers),
            drafts=Drafts(db, clock),
            callbacks=Callbacks(db, clock, cases, calls, access, trail, numbers),
        )
