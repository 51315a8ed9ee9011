"""What may not be logged is not."""

from __future__ import annotations

import logging

import pytest
from aiohttp.http_exceptions import LineTooLong

from mhud.logs import keep_quotations_out


@pytest.mark.parametrize(("error", "kept"), [(LineTooLong(b"a key"), False), (OSError(), True)])
def test_what_the_server_could_not_read_is_not_quoted_in_the_log(
    error: Exception, kept: bool
) -> None:
    info = (type(error), error, None)
    record = logging.LogRecord("aiohttp.server", logging.ERROR, __file__, 1, "", (), info)
    assert keep_quotations_out(record) is kept
