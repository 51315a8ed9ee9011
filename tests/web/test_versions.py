"""ETag and If-Match, as handlers read them."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from mhud.errors import Code, MhudError
from mhud.services.versions import require_version
from mhud.web.route import Wire
from mhud.web.versions import asked_versions, versioned


class Told(Wire):
    name: str


def test_an_answer_has_the_version_of_what_it_shows() -> None:
    answer = versioned(Told(name="a"), 7, 201)

    assert (answer.status, answer.headers["ETag"], answer.body) == (201, '"7"', b'{"name":"a"}')


@pytest.mark.parametrize(
    ("headers", "versions"),
    [
        ((), None),
        (("*",), None),
        (('"7"',), {7}),
        ((' "7" ',), {7}),
        (('"v7"',), {7}),
        (('"7", "7"',), {7}),
        (('"7", "8"',), {7, 8}),
        (('"7"', '"8"'), {7, 8}),
        (('"7"', '"else"'), {7}),
        (('W/"7"',), set()),
        (("7",), set()),
        (("",), set()),
        (('"-7"',), set()),
        (('"else"',), set()),
        ((f'"{"9" * 5000}"',), set()),
        (("*", '"7"'), {7}),
    ],
)
def test_a_change_is_for_the_versions_that_its_sender_saw(
    headers: tuple[str, ...], versions: set[int] | None
) -> None:
    sent = CIMultiDict([("If-Match", header) for header in headers])
    assert asked_versions(make_mocked_request("PUT", "/", headers=sent)) == versions


@pytest.mark.parametrize("versions", [None, {7}, {6, 7}])
def test_what_its_sender_saw_may_be_replaced(versions: set[int] | None) -> None:
    require_version(versions, 7, "case")


@pytest.mark.parametrize("versions", [set(), {6}])
def test_what_he_did_not_see_may_not(versions: set[int]) -> None:
    with pytest.raises(MhudError) as refused:
        require_version(versions, 7, "case")
    assert refused.value.code is Code.PRECONDITION_FAILED
