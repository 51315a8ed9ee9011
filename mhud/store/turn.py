"""One at a time, in the order in which they came; but who is urgent goes before those who wait."""

from __future__ import annotations

import asyncio
from collections import deque


class Turn:
    """As asyncio.Lock. Nobody is sent away: whoever has the turn keeps it until he is done."""

    def __init__(self) -> None:
        self._taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def acquire(self, *, urgent: bool = False) -> None:
        if not self._taken:
            self._taken = True
            return
        waiting = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._others).append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if not waiting.cancelled():  # it was given to him as he gave up
                self.release()
            raise

    def release(self) -> None:
        """To the next one, who has it from then on."""
        for queue in (self._urgent, self._others):
            while queue:
                waiting = queue.popleft()
                if not waiting.done():  # or he gave up
                    waiting.set_result(None)
                    return
        self._taken = False
