"""What may not be logged is not."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web import RequestPayloadError

from mhud.logs import Formatter, keep_consumers_faults_out, with_priority


def failed(error: Exception, library: str) -> logging.LogRecord:
    info = (type(error), error, None)
    message, arguments = "Amina called from %s", ("+254700123456",)
    return logging.LogRecord(library, logging.ERROR, __file__, 1, message, arguments, info)


@pytest.mark.parametrize(
    ("error", "kept"),
    [(LineTooLong(b"a key"), False), (RequestPayloadError("a body"), False), (OSError(), True)],
)
def test_what_the_server_could_not_read_is_not_logged(error: Exception, kept: bool) -> None:
    assert keep_consumers_faults_out(failed(error, "aiohttp.server")) is kept


@pytest.mark.parametrize("library", ["asyncio", "aiohttp.server", "panoramisk", "sqlalchemy.pool"])
def test_libraries_log_what_failed_and_where_but_not_what_came(library: str) -> None:
    error = ValueError("invalid literal: 'Amina +254 700 123'")
    assert Formatter().format(failed(error, library)) == f"ERROR {library}\nValueError"


def test_the_journal_is_told_how_bad_a_line_is_each_of_it() -> None:
    assert with_priority(None, "info", "{}") == "<6>{}"
    assert with_priority(None, "warning", "{}") == "<4>{}"
    assert with_priority(None, "error", "one\ntwo") == "<3>one\n<3>two"
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, "", (), None)
    assert Formatter(journal=True).format(record) == "<3>ERROR asyncio"


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


@pytest.mark.parametrize("form", ["console", "json"])
def test_an_error_is_logged_without_what_it_says(form: str) -> None:
    code = (
        "import sys, structlog; from mhud import logs; from mhud.config import LogSettings;"
        "logs.configure(LogSettings(format=sys.argv[1])); log = structlog.get_logger();\n"
        "def fail(text): raise KeyError(text)\n"
        "try:\n"
        "    try: fail('+254700123456')\n"
        "    except KeyError as error: raise ValueError('a note by Amina') from error\n"
        "except ValueError: log.exception('it_failed')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, form], capture_output=True, text=True, check=True
    )
    for told in ("it_failed", "KeyError", "ValueError", "in fail"):
        assert told in ran.stderr
    for cut in ("2547", "Amina"):
        assert cut not in ran.stderr


def test_a_library_that_warns_of_a_files_name_does_not_print_it() -> None:
    code = (
        "from mhud import logs; from mhud.config import LogSettings;"
        "from aiohttp.multipart import parse_content_disposition as parse;"
        "logs.configure(LogSettings());"
        """parse('form-data; name="file"; filename=""; filename=Amina.pdf"')"""
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Amina" not in done.stdout + done.stderr
    assert "library_warned" in done.stderr
    assert "BadContentDisposition" in done.stderr


def test_a_command_tells_stderr_what_is_bad_and_not_what_its_variables_hold() -> None:
    code = """
import structlog
from mhud import logs
logs.for_commands()
def ring(number):
    raise ValueError(number)
log = structlog.get_logger()
log.info("not worth a line")
try:
    ring("+254700123456")
except ValueError:
    log.exception("not_rung", body="Amina called")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "not_rung" in done.stderr
    assert "ValueError" in done.stderr
    for hidden in ("254700123456", "Amina", "not worth a line"):
        assert hidden not in done.stderr
