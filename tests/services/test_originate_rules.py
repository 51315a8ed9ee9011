"""What may be asked of an outbound call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from mhud.config import OriginateSettings
from mhud.errors import Code, MhudError
from mhud.live.model import Agent, AgentProfile, AgentStatus
from mhud.services.originate_rules import (
    VALUE_BOUND,
    VARIABLES_BOUND,
    OriginateWish,
    channel_variables,
    check,
    check_agent,
    dialed,
)

SETTINGS = OriginateSettings()


def wish(**more: Any) -> OriginateWish:
    return OriginateWish(**{"agent_id": "agent001", "destination": "+1234567890", **more})


def refused(asked: OriginateWish, settings: OriginateSettings = SETTINGS) -> dict[str, str]:
    with pytest.raises(MhudError) as caught:
        check(asked, settings)
    assert caught.value.code is Code.INVALID
    found: dict[str, str] = caught.value.details["fields"][0]
    return found


@pytest.mark.parametrize("name", ["TARGET", "consult", "UNRECORDED", "Moved_From"])
def test_no_consumer_may_set_what_steers_calls(name: str) -> None:
    with pytest.raises(ValidationError, match=name.upper()):
        OriginateSettings(variables=("case_id", name))
    assert OriginateSettings(variables=("case_id", "TAGS", "client")).variables


def test_the_documents_own_call_is_fine() -> None:
    variables = {"case_id": "case12345", "client_name": "John Doe"}
    asked = wish(caller_id="+9876543210", priority=1, variables=variables)
    assert channel_variables(asked, SETTINGS) == {
        "__MHU_case_id": "case12345",
        "__MHU_CALLER_ID": "+9876543210",
        "MHU_AUTO_ANSWER": "1",
    }
    check(asked, SETTINGS)


@pytest.mark.parametrize(
    "destination", ["", "12", "+", "1" * 16, "123 456", "12a45", "+123\n", "٣٤٥٦", "sip:me@x"]
)
def test_what_is_not_a_number_is_not_called(destination: str) -> None:
    assert refused(wish(destination=destination))["field"] == "destination"


def test_only_configured_numbers_are_called() -> None:
    home = OriginateSettings(allowed=(r"\+254[0-9]+",))
    check(wish(destination="+254700123456"), home)
    assert refused(wish(destination="+15550001"), home)["field"] == "destination"


def test_the_caller_id_must_be_a_number() -> None:
    assert refused(wish(caller_id="Jane"))["field"] == "caller_id"


@pytest.mark.parametrize("name", ["", "1st", "a-b", "x" * 65, "CALLERID(num)", "a\r\nb", "ä"])
def test_a_variables_name_is_plain_and_not_echoed(name: str) -> None:
    found = refused(wish(variables={name: "1"}))
    assert found["field"] == "variables"
    assert len(name) < 2 or name not in found["reason"]


@pytest.mark.parametrize("evil", ["a\rb", "a\nb", "a\x00b", "\x1b[0m", "\x7f", "\x85"])
def test_control_characters_in_any_variable_are_refused(evil: str) -> None:
    assert refused(wish(variables={"stays_here": evil}))["field"] == "variables.stays_here"


def test_variables_are_bounded_in_number_and_size() -> None:
    many = {f"v{n}": "" for n in range(VARIABLES_BOUND + 1)}
    assert refused(wish(variables=many))["field"] == "variables"
    assert refused(wish(variables={"v": "x" * (VALUE_BOUND + 1)}))["field"] == "variables.v"
    assert refused(wish(variables={"v": "字" * 400}))["field"] == "variables.v"


def test_bad_variables_are_told_before_a_bad_destination() -> None:
    assert refused(wish(destination="x", variables={"v": "\n"}))["field"] == "variables.v"


def test_a_wish_shows_no_number() -> None:
    assert "1234567890" not in repr(wish(caller_id="+1234567890", variables={"a": "1234567890"}))


@pytest.mark.parametrize(
    ("plus", "extension"), [("keep", "+4930"), ("strip", "4930"), ("00", "004930")]
)
def test_how_a_plus_reaches_the_dialplan_is_one_setting(plus: Any, extension: str) -> None:
    assert dialed("+4930", OriginateSettings(plus=plus)) == extension
    assert dialed("4930", OriginateSettings(plus=plus)) == "4930"


def test_listed_variables_go_to_asterisk_and_the_case_always_does() -> None:
    settings = OriginateSettings(variables=("ward",), auto_answer_header=False)
    asked = wish(variables={"ward": "7", "case_id": "9", "client_name": "John Doe"})
    assert channel_variables(asked, settings) == {"__MHU_ward": "7", "__MHU_case_id": "9"}


def agent(status: AgentStatus) -> Agent:
    profile = AgentProfile(id="agent001", name="Jane Smith", interface="PJSIP/agent001")
    return Agent(profile=profile, status=status, since=datetime(2025, 3, 3, tzinfo=UTC))


@pytest.mark.parametrize("status", [AgentStatus.AVAILABLE, AgentStatus.WRAP_UP])
def test_an_agent_who_is_free_or_writes_up_can_be_called(status: AgentStatus) -> None:
    check_agent(agent(status))
    assert status in (AgentStatus.AVAILABLE, AgentStatus.WRAP_UP)


@pytest.mark.parametrize("status", ["offline", "on-call", "ringing", "unreachable", "on-break"])
def test_anybody_else_is_a_conflict_that_says_why(status: str) -> None:
    with pytest.raises(MhudError) as caught:
        check_agent(agent(AgentStatus(status)))
    assert (caught.value.code, caught.value.details["reason"]) == (Code.CONFLICT, status)


def test_a_pattern_that_is_none_is_refused_at_the_start_and_not_at_the_first_call() -> None:
    with pytest.raises(ValidationError, match="regular expression"):
        OriginateSettings(allowed=("[",))
