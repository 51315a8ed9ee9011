"""Where a queue's settings live, and what they amount to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mhud.config import AsteriskSettings, QueueSettings, Settings
from mhud.errors import Code, MhudError
from mhud.live.model import SlaFormula
from mhud.services.queue_settings import hours_for_dialplan, merged, plan, profile

ASTERISK = AsteriskSettings(
    queue_include=Path("/somewhere/queues.conf"),
    announcements={"announce123": "custom/welcome"},
    music_on_hold={"moh456": "calm"},
)


HOURS = {"monday": {"start": "09:00", "end": "24:00"}}


def settings(**more: Any) -> Settings:
    return Settings(**{"asterisk": ASTERISK, **more})


def refused(changes: dict[str, Any], chosen: Settings) -> MhudError:
    with pytest.raises(MhudError) as caught:
        plan("support", changes, chosen)
    return caught.value


def test_each_setting_goes_to_its_place() -> None:
    planned = plan(
        "support",
        {
            "max_wait_time": 300,
            "announcement_id": "announce123",
            "music_on_hold_id": "moh456",
            "strategy": "round-robin",
            "max_callers": 0,
            "name": "Support Queue",
            "ring_seconds": 15,
            "service_level_seconds": 30,
        },
        settings(),
    )
    assert planned.file == {
        "periodic-announce": "custom/welcome",
        "musicclass": "calm",
        "strategy": "rrmemory",
        "maxlen": "0",
        "timeout": "15",
        "servicelevel": "30",
    }
    assert planned.globals == {"max_wait_time": "300"}


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [("ring-all", "ringall"), ("weighted-random", "wrandom"), ("leastrecent", "leastrecent")],
)
def test_a_strategy_may_be_spelled_both_ways(spelled: str, meant: str) -> None:
    assert plan("support", {"strategy": spelled}, settings()).file == {"strategy": meant}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("strategy", "nonsense"),
        ("strategy", None),
        ("announcement_id", "nobody"),
        ("music_on_hold_id", "custom/welcome"),
    ],
)
def test_an_unknown_strategy_or_id_is_invalid(field: str, value: str | None) -> None:
    error = refused({field: value}, settings())
    assert (error.code, error.details["fields"][0]["field"]) == (Code.INVALID, field)


def test_without_an_include_settings_of_queues_conf_say_which_setting_is_missing() -> None:
    error = refused({"name": "Support", "max_callers": 5}, Settings())
    assert error.code is Code.CONFLICT
    assert "asterisk.queue_include" in error.message


def test_without_an_include_the_service_level_is_mhuds_alone() -> None:
    assert plan("support", {"service_level_seconds": 30}, Settings()).file == {}


def test_clearing_takes_the_setting_out_of_the_file_and_empties_the_global() -> None:
    planned = plan("support", {"max_callers": None, "max_wait_time": None}, settings())
    assert (planned.file, planned.globals) == ({"maxlen": None}, {"max_wait_time": ""})


def test_what_is_given_back_is_in_the_global_what_the_configuration_says() -> None:
    chosen = Settings(
        queues={"support": QueueSettings(operating_hours=HOURS, max_wait_time=60)},
        timezone="UTC",
    )
    planned = plan("support", {"max_wait_time": None, "operating_hours": None}, chosen)
    assert planned.globals == {
        "max_wait_time": "60",
        "operating_hours": hours_for_dialplan(HOURS, "UTC"),
    }


def test_hours_become_spans_whose_last_minute_still_counts() -> None:
    hours = {
        "monday": {"start": "09:00", "end": "17:00"},
        "sunday": {"start": "00:00", "end": "24:00"},
    }
    assert hours_for_dialplan(hours, "Africa/Nairobi") == (
        "09:00-16:59,mon,*,*,Africa/Nairobi&00:00-23:59,sun,*,*,Africa/Nairobi"
    )


def test_a_night_is_open_on_the_day_and_on_the_next_one() -> None:
    hours = {
        "sunday": {"start": "20:00", "end": "06:00"},
        "friday": {"start": "22:00", "end": "00:00"},
    }
    assert hours_for_dialplan(hours, "UTC") == (
        "20:00-23:59,sun,*,*,UTC&00:00-05:59,mon,*,*,UTC&22:00-23:59,fri,*,*,UTC"
    )


def test_a_queue_that_no_day_opens_is_open_at_no_time() -> None:
    assert hours_for_dialplan({}, "Africa/Nairobi") == "*,*,31,feb,Africa/Nairobi"
    assert profile("support", settings(), {"operating_hours": {}}, {}).operating_hours == {}


def test_an_empty_table_of_the_configuration_is_open_whatever_the_default_says() -> None:
    chosen = Settings(
        queues={"support": QueueSettings(operating_hours={})},
        queue_defaults=QueueSettings(operating_hours=HOURS),
    )
    assert profile("support", chosen, {}, {}).operating_hours is None
    assert profile("crisis", chosen, {}, {}).operating_hours == HOURS


def test_no_hours_are_an_empty_global() -> None:
    assert hours_for_dialplan(None, "UTC") == ""


def test_a_name_that_no_variable_can_have_has_no_globals() -> None:
    with pytest.raises(MhudError) as caught:
        plan("night shift", {"max_wait_time": 60}, settings())
    assert caught.value.code is Code.CONFLICT
    assert plan("night-shift", {"max_wait_time": 60}, settings()).globals == {"max_wait_time": "60"}


@pytest.mark.parametrize(
    "hours",
    [
        {"caturday": {"start": "09:00", "end": "17:00"}},
        {"monday": {"start": "17:00", "end": "17:00"}},
        {"monday": {"start": "9", "end": "17:00"}},
        {"monday": {"start": "09:00"}},
    ],
)
def test_configured_hours_are_checked_when_the_file_is_read(hours: Any) -> None:
    with pytest.raises(ValidationError):
        QueueSettings(operating_hours=hours)
    assert QueueSettings(operating_hours=HOURS).operating_hours == HOURS


def test_null_gives_back_to_the_configuration() -> None:
    assert merged({"name": "A", "wrap_up_seconds": 5}, {"name": None}) == {"wrap_up_seconds": 5}


def test_own_settings_win_over_configured_ones_and_those_over_defaults() -> None:
    chosen = settings(
        queues={"support": QueueSettings(name="Configured", max_wait_time=100)},
        queue_defaults=QueueSettings(wrap_up_seconds=7, sla_formula=SlaFormula.NEGATIVE),
    )
    known = profile("support", chosen, {"name": "Own"}, {})
    assert (known.name, known.timeout_s) == ("Own", 100)
    assert (known.wrap_up_s, known.sla_formula) == (7, SlaFormula.NEGATIVE)


def test_what_stands_in_the_file_is_what_asterisk_reads() -> None:
    section = {"timeout": "12", "musicclass": "calm", "periodic-announce": "not/in/the/table"}
    known = profile("support", settings(), {"music_on_hold_id": "other"}, section)
    assert (known.ring_s, known.music_on_hold_id, known.announcement_id) == (12, "moh456", None)


def test_a_limit_that_the_dialplan_sets_is_shown_unless_mhud_has_one() -> None:
    assert profile("support", settings(), {}, {}, found_wait=600).timeout_s == 600
    assert profile("support", settings(), {"max_wait_time": 60}, {}, 600).timeout_s == 60
