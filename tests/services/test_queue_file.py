"""The include of queues.conf that is mhud's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mhud.services import queue_file
from mhud.services.queue_file import changed, parse, put_back, read, render, write

WRITTEN = """\
; a comment
[support](+)
strategy = rrmemory   ; another
maxlen => 20

[crisis](+)
strategy=ringall
"""


def test_sections_and_settings_are_read_in_order() -> None:
    assert parse(WRITTEN) == {
        "support": {"strategy": "rrmemory", "maxlen": "20"},
        "crisis": {"strategy": "ringall"},
    }


def test_lines_outside_a_section_mean_nothing() -> None:
    assert parse("strategy = linear\n[support](+)\nnonsense\n") == {"support": {}}


def test_what_is_rendered_is_read_back_the_same() -> None:
    sections = parse(WRITTEN)
    assert parse(render(sections)) == sections
    assert "[support](+)\nstrategy = rrmemory\n" in render(sections)


def test_a_section_without_settings_is_left_out() -> None:
    assert "support" not in render({"support": {}})


def test_a_change_leaves_other_settings_and_queues_alone() -> None:
    before = parse(WRITTEN)
    after = changed(before, "support", {"maxlen": None, "timeout": "9"})
    assert after["support"] == {"strategy": "rrmemory", "timeout": "9"}
    assert after["crisis"] == before["crisis"]
    assert before["support"]["maxlen"] == "20"


def test_a_file_that_is_not_there_reads_as_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "queues.conf") is None


def test_writing_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "queues.conf"
    path.write_bytes(b"old")
    path.chmod(0o664)
    write(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o664)


def test_a_new_file_is_not_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "queues.conf"
    write(path, b"new")
    assert path.stat().st_mode & 0o777 == queue_file.DEFAULT_MODE


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "queues.conf"
    path.mkdir()
    (path / "inside").touch()
    with pytest.raises(OSError, match="directory"):
        write(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["queues.conf"]


def test_what_was_read_can_be_put_back(tmp_path: Path) -> None:
    path = tmp_path / "queues.conf"
    write(path, b"new")
    put_back(path, None)
    assert not path.exists()
    put_back(path, b"old")
    assert path.read_bytes() == b"old"
