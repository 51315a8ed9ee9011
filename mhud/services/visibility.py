"""Who may read the numbers of a call. The one place of this rule; REST and sockets ask here."""

from __future__ import annotations

from typing import Protocol

from mhud.live.model import Call

OVERSEERS = frozenset({"supervisor", "admin"})


class Viewer(Protocol):
    """The part of a principal that matters here. A key's role is its owner's."""

    @property
    def kind(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def agent_id(self) -> str | None: ...

    def may(self, right: str, agent_id: str | None, /) -> bool: ...


def sees_all_numbers(viewer: Viewer) -> bool:
    """Who may monitor calls; and a key of a supervisor or admin that may see calls at all.

    A key of any other role needs monitor_calls itself, so that a new role gives away nothing.
    """
    if viewer.may("monitor_calls", None):
        return True
    return viewer.kind == "key" and viewer.role in OVERSEERS and viewer.may("view_calls", None)


def numbers_visible(viewer: Viewer, call: Call) -> bool:
    """An operator reads the numbers of the calls that he has, had or began himself."""
    return sees_all_numbers(viewer) or is_own(viewer.agent_id, call)


def is_own(agent_id: str | None, call: Call) -> bool:
    if agent_id is None:
        return False
    return agent_id in (call.agent_id, call.placed_by) or any(
        talk.agent_id == agent_id for talk in call.talks
    )
