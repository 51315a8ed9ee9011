"""What may be asked of an outbound call, before anybody's state is looked at. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mhud.config import OriginateSettings
from mhud.errors import conflict, invalid
from mhud.live.model import Agent, AgentStatus

NUMBER = re.compile(r"\+?[0-9]{3,15}")
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
VARIABLES_BOUND = 50
VALUE_BOUND = 512  # characters; and so many bytes as fit into one line to Asterisk:
VALUE_BYTES = 900
PREFIX = "MHU_"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

_WHY_NOT = {
    AgentStatus.OFFLINE: "is offline",
    AgentStatus.ON_CALL: "is on a call",
    AgentStatus.RINGING: "is being called",
    AgentStatus.UNREACHABLE: "has a phone that can't be reached",
    AgentStatus.ON_BREAK: "is on a break",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginateWish:
    """`priority` 1 first. No repr: it names numbers and perhaps people."""

    agent_id: str
    destination: str = field(repr=False)
    caller_id: str | None = field(default=None, repr=False)
    priority: int = 5
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


def check(wish: OriginateWish, settings: OriginateSettings) -> None:
    """Raises MhudError INVALID. Says nothing of the agent."""
    check_variables(wish.variables)
    check_callable("destination", wish.destination, settings)
    if wish.caller_id is not None:
        check_number("caller_id", wish.caller_id)


def check_callable(field_name: str, number: str, settings: OriginateSettings) -> None:
    """Raises MhudError INVALID, as `check_number`, and for what must not be called."""
    check_number(field_name, number)
    if not any(re.fullmatch(pattern, number) for pattern in settings.allowed):
        raise invalid(field_name, "is not among the numbers that may be called")


def check_number(field_name: str, number: str) -> None:
    """Raises MhudError INVALID."""
    if not NUMBER.fullmatch(number):
        raise invalid(field_name, "is not a number of 3 to 15 digits")


def check_variables(variables: Mapping[str, str]) -> None:
    """Raises MhudError INVALID; names no variable whose name is itself the trouble."""
    if len(variables) > VARIABLES_BOUND:
        raise invalid("variables", f"more than {VARIABLES_BOUND}")
    for name, value in variables.items():
        if not VARIABLE_NAME.fullmatch(name):
            raise invalid("variables", "a name must be a letter or _, then letters, digits or _")
        if _CONTROL.search(value):
            raise invalid(f"variables.{name}", "control characters are not allowed")
        if len(value) > VALUE_BOUND or len(value.encode(errors="replace")) > VALUE_BYTES:
            raise invalid(f"variables.{name}", f"longer than {VALUE_BOUND} characters")


def check_agent(agent: Agent) -> None:
    """Raises MhudError CONFLICT unless he can be called now. Wrap-up is no obstacle."""
    if reason := _WHY_NOT.get(agent.status):
        message = f"agent {agent.id} {reason}"
        raise conflict(message, agent_id=agent.id, reason=agent.status.value)


def dialed(destination: str, settings: OriginateSettings) -> str:
    """The extension that the dialplan gets."""
    if settings.plus == "keep" or not destination.startswith("+"):
        return destination
    return ("00" if settings.plus == "00" else "") + destination[1:]


def channel_variables(wish: OriginateWish, settings: OriginateSettings) -> dict[str, str]:
    """Variables of the agent's channel; those with two underscores reach the callee's too."""
    listed = {*settings.variables, "case_id"}
    found = {f"__{PREFIX}{name}": value for name, value in wish.variables.items() if name in listed}
    if wish.caller_id is not None:
        found["__MHU_CALLER_ID"] = wish.caller_id
    if settings.auto_answer_header:
        found["MHU_AUTO_ANSWER"] = "1"
    return found
