"""What may not be logged is not."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp.http_exceptions import LineTooLong

from mhud.logs import Formatter, cut_exception, keep_quotations_out, with_priority


@pytest.mark.parametrize(("error", "kept"), [(LineTooLong(b"a key"), False), (OSError(), True)])
def test_what_the_server_could_not_read_is_not_quoted_in_the_log(
    error: Exception, kept: bool
) -> None:
    info = (type(error), error, None)
    record = logging.LogRecord("aiohttp.server", logging.ERROR, __file__, 1, "", (), info)
    assert keep_quotations_out(record) is kept


def test_a_number_that_an_error_quotes_is_cut_and_line_numbers_are_not() -> None:
    entry = cut_exception(None, "", {"exception": "line 1234\nKeyError: '+254700123456'"})
    assert entry == {"exception": "line 1234\nKeyError: '…'"}
    assert cut_exception(None, "", {"event": "fine"}) == {"event": "fine"}


def test_libraries_log_no_number_either() -> None:
    error = KeyError("+254700123456")
    info = (KeyError, error, None)
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, "", (), info)
    assert Formatter("%(levelname)s %(name)s").format(record).endswith("KeyError: '…'")


def test_the_journal_is_told_how_bad_a_line_is_each_of_it() -> None:
    assert with_priority(None, "info", "{}") == "<6>{}"
    assert with_priority(None, "warning", "{}") == "<4>{}"
    assert with_priority(None, "error", "one\ntwo") == "<3>one\n<3>two"
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, "", (), None)
    assert Formatter("%(levelname)s %(name)s", journal=True).format(record) == "<3>ERROR asyncio"


@pytest.mark.parametrize("is_ours", [True, False])
def test_only_the_journal_gets_such_marks(tmp_path: Path, is_ours: bool) -> None:
    code = (
        "import structlog; from mhud import logs; from mhud.config import LogSettings;"
        "logs.configure(LogSettings()); structlog.get_logger().warning('it_happened')"
    )
    with (tmp_path / "stderr").open("w") as stderr:
        stat = os.fstat(stderr.fileno())
        stream = f"{stat.st_dev}:{stat.st_ino if is_ours else 1}"
        environment = {**os.environ, "JOURNAL_STREAM": stream}
        subprocess.run([sys.executable, "-c", code], stderr=stderr, env=environment, check=True)
    written = (tmp_path / "stderr").read_text()
    assert written.startswith("<4>{" if is_ours else "{")


def test_a_terminal_shows_no_number_either() -> None:
    code = (
        "import sys, structlog; from mhud import logs; from mhud.config import LogSettings;"
        "logs.configure(LogSettings(format=sys.argv[1])); log = structlog.get_logger();\n"
        "try: raise KeyError('+254700123456')\n"
        "except KeyError: log.exception('it_failed')\n"
    )
    for form in ("console", "json"):
        ran = subprocess.run(
            [sys.executable, "-c", code, form], capture_output=True, text=True, check=True
        )
        assert "it_failed" in ran.stderr
        assert "KeyError: '…'" in ran.stderr.replace("\\u2026", "…")
        assert "254700" not in ran.stderr
