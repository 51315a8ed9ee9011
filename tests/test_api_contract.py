"""The API keeps to its own document, whatever it is sent, one request or a sequence of them."""

from __future__ import annotations

import pytest

from tests.contract.run import contract

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
EXAMPLES = 4  # of each operation, besides those that the document itself suggests
SEED = 1  # the same requests each time; `make test-contract` asks others


def test_schemathesis_finds_nothing_that_the_document_does_not_say() -> None:
    """No server error, no undocumented answer, no wrong shape, with a key and with a login."""
    with_key, with_login = contract(EXAMPLES, seed=SEED)
    assert not with_key.failed, with_key.told
    assert not with_login.failed, with_login.told
    assert with_key.cases > 2_000
    assert with_login.cases > 100
    # a check of schemathesis asks again without credentials
    assert max(with_key.strange, with_login.strange) < 0.5
