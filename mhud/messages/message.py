"""A message, and what its carriers say when they could not bring it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["email", "phone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`to`: an e-mail address, or a number as E.164. Nothing of it may be shown or logged."""

    kind: Kind
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)


class Undelivered(Exception):
    """`reason` is a word for log and metrics, never what a server said: that quotes addresses.

    `again`: a later try may go better, and this one surely brought nothing.
    """

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class Carrier(Protocol):
    """Brings messages of one kind."""

    async def carry(self, message: Message) -> None:
        """Ends in time of its own. Raises Undelivered."""
        ...
