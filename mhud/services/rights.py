"""Who may do what: the vocabulary, the roles as delivered, and whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

RIGHTS: tuple[str, ...] = (
    "view_calls", "make_calls", "end_calls", "receive_calls", "control_calls", "monitor_calls",
    "view_recordings", "view_agents", "manage_agents", "view_queues", "manage_queues",
    "view_clients", "manage_clients", "view_all_cases", "create_case", "update_case",
    "delete_case", "assign_case", "escalate_case", "log_communication", "view_reports",
    "create_reports", "export_data", "view_analytics", "view_users", "manage_users",
    "manage_roles", "manage_keys", "manage_webhooks", "view_audit_log", "system_config",
    "receive_events",
)  # fmt: skip
ALL = "all"
OWN = ":own"  # as in "make_calls:own": for himself only

_OPERATOR = (
    "view_calls", "receive_calls", "view_queues", "view_agents", "view_clients",
    "manage_clients", "create_case", "update_case", "escalate_case", "log_communication",
    "view_analytics", "receive_events",
)  # fmt: skip
_HIS_CALLS = ("make_calls", "end_calls", "control_calls")
_SUPERVISOR = (
    *_OPERATOR, *_HIS_CALLS, "assign_case", "view_all_cases", "monitor_calls", "view_users",
    "view_recordings", "manage_agents", "manage_queues", "view_reports", "create_reports",
    "export_data",
)  # fmt: skip

BUILT_IN_ROLES: dict[str, tuple[str, ...]] = {
    "operator": (*_OPERATOR, *(right + OWN for right in _HIS_CALLS)),
    "case_manager": (*_OPERATOR, "assign_case", *(right + OWN for right in _HIS_CALLS)),
    "supervisor": _SUPERVISOR,
    "admin": (ALL,),
}


def expand(names: Iterable[str]) -> frozenset[str]:
    """`all` becomes every right; unknown words (of a newer release) are dropped."""
    wanted = set(names)
    if ALL in wanted:
        return frozenset(RIGHTS)
    known = set(RIGHTS) | {right + OWN for right in RIGHTS}
    return frozenset(wanted & known)


def unknown_rights(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - set(RIGHTS))


def common(given: Collection[str], owners: Collection[str]) -> frozenset[str]:
    """What a key may do: what it was given and its owner has; an owner's `:own` stays so."""
    full = {right for right in given if right in owners}
    own = {right + OWN for right in given if right + OWN in owners} - {r + OWN for r in full}
    return frozenset(full | own)


def beyond(own: Collection[str], rights: Iterable[str]) -> list[str]:
    """Which of `rights` who has `own` lacks; who has a right may give it `:own` too."""
    return sorted(right for right in rights if not {right, right.removesuffix(OWN)} & set(own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks: a user, or a key that acts as one. `rate` is requests per minute."""

    kind: str  # user, key, nobody
    ident: str  # stable and unique over kinds: rate limits and retries are counted under it
    user_id: int
    username: str
    name: str
    agent_id: str | None
    role: str
    rights: frozenset[str]
    rate: int
    version: int = 0  # of the user's credentials
    family: str = ""  # of the tokens that this one belongs to
    expires_at: float | None = None  # of the credential, in seconds since 1970
    login: str = ""  # the id of the login session whose cookie asks
    ip: str | None = None  # whence this request came

    @property
    def credential(self) -> str:
        """For the audit trail: with what he asked."""
        return f"login:{self.login}" if self.login else self.ident

    def has(self, right: str) -> bool:
        """At least for himself; whether for others too, `may` knows."""
        return right in self.rights or right + OWN in self.rights

    def may(self, right: str, agent_id: str | None) -> bool:
        """Whether he has the right over what concerns this agent."""
        if right in self.rights:
            return True
        mine = agent_id is not None and agent_id == self.agent_id
        return mine and right + OWN in self.rights

    def manages(self, agent_id: str) -> bool:
        """Everybody his own agent; with the right, any."""
        return agent_id == self.agent_id or self.may("manage_agents", agent_id)


COMMAND_LINE = Principal(
    kind="command",
    ident="command-line",
    user_id=0,
    username="command-line",
    name="",
    agent_id=None,
    role="",
    rights=frozenset(RIGHTS),
    rate=60,
)
"""Who may read the database's key may do everything."""

NOBODY = Principal(
    kind="nobody",
    ident="nobody",
    user_id=0,
    username="",
    name="",
    agent_id=None,
    role="",
    rights=frozenset(),
    rate=60,
)
