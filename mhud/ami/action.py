"""One action as a value that is checked when it is made.

Whatever reaches the socket went through `Action`, so a line break, NUL or other control
character, a line or message longer than Asterisk reads, never gets there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mhud.errors import invalid

LINE_LIMIT = 1022  # bytes of one header line; Asterisk refuses longer ones
LINES_LIMIT = 128  # header lines of one action, Action and ActionID included
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IDENT = re.compile(r"[A-Za-z0-9./_-]{1,149}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,78}")  # of a queue's name too: `-` and `.`
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, repr=False)
class Action:
    """One action. Raises MhudError INVALID when it must not reach the wire.

    `fields` in order; a name may repeat. An `ActionID` among them replaces the connection's own.
    `is_list`: Asterisk answers with a list of events.
    """

    name: str
    fields: tuple[tuple[str, str], ...] = ()
    is_list: bool = False

    def __post_init__(self) -> None:
        if len(self.fields) > LINES_LIMIT - 2:
            raise invalid(self.name, f"more than {LINES_LIMIT} lines")
        for name, content in (("Action", self.name), *self.fields):
            _check(name, content)

    def __repr__(self) -> str:
        """Names only: values may be secrets or somebody's number."""
        return f"<Action {self.name}: {', '.join(name for name, _ in self.fields)}>"

    @property
    def action_id(self) -> str | None:
        return dict(self.fields).get("ActionID")

    def text(self, action_id: str) -> str:
        """As it goes over the wire, `action_id` in it unless the action has its own."""
        own = (("Action", self.name),) if self.action_id else _head(self.name, action_id)
        return "".join(f"{name}: {content}\r\n" for name, content in (*own, *self.fields)) + "\r\n"


def _head(name: str, action_id: str) -> tuple[tuple[str, str], ...]:
    ident("ActionID", action_id)
    return ("Action", name), ("ActionID", action_id)


def _check(name: str, content: str) -> None:
    if _CONTROL.search(name) or _CONTROL.search(content):
        raise invalid(name, "control characters are not allowed")
    try:
        size = len(f"{name}: {content}".encode())
    except UnicodeEncodeError:
        raise invalid(name, "is not Unicode text") from None
    if size > LINE_LIMIT:
        raise invalid(name, f"longer than {LINE_LIMIT} bytes")


def ident(field: str, content: str) -> str:
    """Ids that come back verbatim are ours alone: nobody's text gets into them."""
    if not _IDENT.fullmatch(content):
        raise invalid(field, "is not an id")
    return content
