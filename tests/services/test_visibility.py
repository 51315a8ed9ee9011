"""Who may read the numbers of a call."""

from __future__ import annotations

import pytest

from mhud.live.model import Talk
from mhud.services.rights import BUILT_IN_ROLES, Principal, expand
from mhud.services.visibility import numbers_visible
from tests.fake_clock import START
from tests.feed_things import a_call, a_principal

JANES = a_call(agent_id="agent001")


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_who_may_monitor_calls_reads_all_numbers(role: str) -> None:
    assert numbers_visible(a_principal(role), JANES)


@pytest.mark.parametrize("role", ["operator", "case_manager"])
def test_an_operator_reads_the_numbers_of_his_own_calls_only(role: str) -> None:
    assert numbers_visible(a_principal(role, agent_id="agent001"), JANES)
    assert not numbers_visible(a_principal(role, agent_id="agent002"), JANES)
    assert not numbers_visible(a_principal(role), JANES)


def test_a_person_without_a_phone_owns_no_call_without_an_agent() -> None:
    assert not numbers_visible(a_principal("operator"), a_call(agent_id=None))


def test_a_call_stays_ones_own_after_it_was_handed_on() -> None:
    talks = (Talk(agent_id="agent001", began_at=START), Talk(agent_id="agent002", began_at=START))
    handed_on = a_call(agent_id="agent002", talks=talks)
    assert numbers_visible(a_principal("operator", agent_id="agent001"), handed_on)


def key_of(role: str, *rights: str) -> Principal:
    return a_principal(role, kind="key", rights=expand(rights) & expand(BUILT_IN_ROLES[role]))


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_an_overseers_key_that_may_view_calls_reads_all_numbers(role: str) -> None:
    assert numbers_visible(key_of(role, "view_calls"), JANES)


def test_a_key_reads_no_numbers_without_the_right_or_the_owner_for_it() -> None:
    assert not numbers_visible(key_of("admin", "view_queues"), JANES)
    assert not numbers_visible(key_of("operator", "view_calls"), JANES)


def test_a_right_over_oneself_is_no_right_over_others() -> None:
    half = a_principal("operator", rights=frozenset({"monitor_calls:own"}))
    assert not numbers_visible(half, JANES)


def test_who_began_an_internal_call_reads_its_numbers_while_the_colleague_talks() -> None:
    placed = a_call(agent_id="agent002", placed_by="agent001")
    assert numbers_visible(a_principal("operator", agent_id="agent001"), placed)
