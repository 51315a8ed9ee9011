"""The two ways of looking at cases besides the list: by their words, and by their number."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mhud.clock import Clock
from mhud.services.search import CaseSearch
from mhud.services.statistics import CaseStatistics
from mhud.services.trail import Trail
from mhud.services.vocabulary import Vocabulary
from mhud.store.database import Database
from mhud.store.search_sqlite import SqliteSearch


@dataclass(frozen=True, slots=True)
class CaseViews:
    search: CaseSearch
    statistics: CaseStatistics

    @classmethod
    def over(
        cls, db: Database, clock: Clock, zone: ZoneInfo, words: Vocabulary, trail: Trail
    ) -> CaseViews:
        search = CaseSearch(db, SqliteSearch(), trail)
        return cls(search, CaseStatistics(db, clock, zone, words))
