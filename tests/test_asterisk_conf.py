"""asterisk-conf/ and mhud agree; what only a running Asterisk can tell is in tests/asterisk."""

from __future__ import annotations

import re
from pathlib import Path

from mhud.ami.parse import EVENTS
from mhud.config import OriginateSettings
from mhud.services.queue_settings import hours_global, wait_global

FOLDER = Path(__file__).parents[1] / "asterisk-conf"


def settings(name: str) -> list[tuple[str, str]]:
    """`key = value` lines of a file, without comments."""
    lines = (line.partition(";")[0] for line in (FOLDER / name).read_text().splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line)
    return [(key.strip(), value.strip()) for key, _, value in pairs]


def dialplan() -> str:
    """All of its files."""
    names = ("extensions.conf", "extensions.d/globals-mhud.conf", "extensions.d/mhud.conf")
    return "".join((FOLDER / name).read_text() for name in names)


def test_every_event_that_mhud_reads_passes_the_filter() -> None:
    passing = re.findall(r"include\),name\((\w+)\)", (FOLDER / "manager.d/mhud.conf").read_text())
    assert {name.decode() for name in EVENTS} <= set(passing)
    assert len(passing) == len(set(passing))


def test_mhud_has_no_right_that_is_a_shell() -> None:
    rights = dict(settings("manager.d/mhud.conf"))
    assert set(rights["write"].split(",")) == {"call", "agent", "originate", "reporting"}
    assert set(rights["read"].split(",")) == {"system", "call", "agent", "user"}


def test_no_secret_is_delivered() -> None:
    files = [file.relative_to(FOLDER) for file in FOLDER.rglob("*.conf")]
    keys = {key for file in files for key, _ in settings(str(file))}
    assert not keys & {"secret", "password"}


def test_variables_that_mhud_reads_come_with_every_event() -> None:
    assert dict(settings("manager.d/mhud.conf"))["channelvars"] == "ivr_path,MHU_TAGS"


def test_the_strategy_stands_only_where_mhud_may_change_it() -> None:
    """Asterisk takes the first that it finds."""
    assert not [key for key, _ in settings("queues.conf") if key == "strategy"]
    assert [key for key, _ in settings("mhud/queues.conf")] == ["strategy", "strategy"]


def test_the_file_of_mhud_is_read_last() -> None:
    lines = (FOLDER / "queues.conf").read_text().splitlines()
    assert lines[-1] == '#tryinclude "mhud/queues.conf"'


def test_the_dialplan_uses_the_names_that_mhud_sets() -> None:
    written = dialplan()
    assert f"${{{wait_global('${q}')}}}" in written
    assert f"${{{hours_global('${q}')}}}" in written
    assert "${MHU_CALLER_ID}" in written
    assert f"[{OriginateSettings().context}]" in written


def test_callers_have_no_transfer_keys() -> None:
    assert re.findall(r"Queue\(\$\{q\},([^,]*),", dialplan()) == [
        't${IF($["${BROWSER_PHONES}" = "yes"]?c)}b(agent-leg^s^1(${q}^${leg}))'
    ]


def test_the_cdr_says_which_lines_are_one_call() -> None:
    told = dict(settings("cdr.conf"))
    assert (told["enable"], told["loguniqueid"], told["newcdrcolumns"]) == ("yes",) * 3
    assert ("load", "cdr_csv.so") in settings("modules.conf")


def test_a_phone_that_died_does_not_keep_its_call_and_one_that_rings_is_not_busy() -> None:
    phones = settings("pjsip.d/mhud.conf")
    assert dict(phones).keys() >= {"rtp_timeout", "rtp_timeout_hold", "qualify_frequency"}
    assert "device_state_busy_at" not in dict(phones)
