"""What lists have shown to whom lately, so that a panel that polls does not fill the trail."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

from mhud.services.rights import Principal

FRESH_S = 3600.0  # so long after a line nothing more is said of the same to the same
REMEMBERED = 50_000  # things; what was not shown for the longest goes, and is recorded again then

Ident = int | str
Looks = Mapping[Any, Hashable]
"""By id, of whichever kind, what changes with all that is shown of it."""
_Place = tuple[str, str | None, str, Ident]


class Shown:
    """Per credential, IP address and kind of list. Holds ids and hashes, no text."""

    def __init__(self) -> None:
        self._seen: OrderedDict[_Place, tuple[int, float]] = OrderedDict()

    def news(self, who: Principal, action: str, looks: Looks, now: float) -> list[Ident]:
        """The ids of what was not recorded, as it looks, within the hour. `now` in seconds."""
        return [ident for ident in looks if self._is_news(who, action, ident, looks[ident], now)]

    def keep(self, who: Principal, action: str, looks: Looks, now: float) -> None:
        """After they were recorded."""
        for ident, look in looks.items():
            place = _place(who, action, ident)
            self._seen[place] = hash(look), now
            self._seen.move_to_end(place)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _is_news(
        self, who: Principal, action: str, ident: Ident, look: Hashable, now: float
    ) -> bool:
        place = _place(who, action, ident)
        known = self._seen.get(place)
        if known is None or known[0] != hash(look) or now - known[1] >= FRESH_S:
            return True
        self._seen.move_to_end(place)
        return False


def _place(who: Principal, action: str, ident: Ident) -> _Place:
    return who.credential, who.ip, action, ident
