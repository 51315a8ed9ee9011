"""Asterisk's files, read as Asterisk reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mhud.doctor import conf
from mhud.doctor.conf import Pairs
from mhud.doctor.events import NAMES, passes

ROOT = Path(__file__).parents[2]


def test_includes_templates_additions_and_comments_are_followed(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "queues.conf").write_text(
        "lost = 1\n[base](!)\ntimeout = 5 ; seconds\n;-- \n[not]\nhere = 1\n--;\n"
        '[support](base)\nStrategy => ringall\n#include "d/*.conf"\n#tryinclude <gone.conf>\n'
    )
    (tmp_path / "d" / "one.conf").write_text("[support](+)\nmaxlen=7\n[base](+)\ntimeout = 9\n")
    found = conf.read(tmp_path, "queues.conf")
    assert found is not None
    assert found.sections == {
        "base": [("timeout", "5"), ("timeout", "9")],
        "support": [("timeout", "5"), ("strategy", "ringall"), ("maxlen", "7")],
    }
    assert [path.name for path in found.files] == ["queues.conf", "one.conf"]
    assert found.last("support", "maxlen") == "7"
    assert found.last("nobody", "maxlen") is None


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert conf.read(tmp_path, "manager.conf") is None


def test_a_file_that_includes_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("[x]\na = 1\n#include a.conf\n")
    found = conf.read(tmp_path, "a.conf")
    assert found is not None
    assert len(found.files) == conf.DEPTH + 1


def test_the_filter_of_our_own_configuration_lets_everything_through() -> None:
    found = conf.read(ROOT / "asterisk-conf", "manager.conf")
    assert found is not None
    assert [name for name in NAMES if not passes(found.sections["mhud"], name)] == []


NEW = "eventfilter(action({}),name({}))"


@pytest.mark.parametrize(
    ("pairs", "hangup", "hold"),
    [
        ([], True, True),
        ([("eventfilter", "Event: Hangup")], True, False),
        ([("eventfilter", "!Event: Hangup")], False, True),
        ([("eventfilter", "!Event: (")], True, True),
        ([(NEW.format("include", "Hangup"), "")], True, False),
        ([(NEW.format("exclude", "Hangup"), "")], False, True),
        ([("eventfilter(action(exclude),name(Hangup),header(Channel))", "DAHDI")], True, True),
        (
            [(NEW.format("include", "Hangup"), ""), (NEW.format("include", "Hold"), "")],
            True,
            True,
        ),
    ],
)
def test_a_filter_lets_through_what_asterisk_lets_through(
    pairs: Pairs, hangup: bool, hold: bool
) -> None:
    assert (passes(pairs, "Hangup"), passes(pairs, "Hold")) == (hangup, hold)
