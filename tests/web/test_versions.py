"""ETag and If-Match, as handlers read them."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from mhud.errors import Code, MhudError
from mhud.web.route import Wire
from mhud.web.versions import NO_VERSION, asked_version, asked_versions, versioned


class Told(Wire):
    name: str


def asked(*headers: str) -> int | None:
    sent = CIMultiDict([("If-Match", header) for header in headers])
    return asked_version(make_mocked_request("PUT", "/", headers=sent))


def test_an_answer_has_the_version_of_what_it_shows() -> None:
    answer = versioned(Told(name="a"), 7, 201)

    assert (answer.status, answer.headers["ETag"], answer.body) == (201, '"7"', b'{"name":"a"}')


@pytest.mark.parametrize(
    ("headers", "version"),
    [
        ((), None),
        (("*",), None),
        (('"7"',), 7),
        ((' "7" ',), 7),
        (('"v7"',), 7),
        (('"7", "7"',), 7),
        (('"7"', '"else"'), 7),
        (('W/"7"',), NO_VERSION),
        (("7",), NO_VERSION),
        (("",), NO_VERSION),
        (('"-7"',), NO_VERSION),
        (('"else"',), NO_VERSION),
        ((f'"{"9" * 5000}"',), NO_VERSION),
        (("*", '"7"'), 7),
    ],
)
def test_a_change_is_for_the_version_that_its_sender_saw(
    headers: tuple[str, ...], version: int | None
) -> None:
    assert asked(*headers) == version


def test_several_are_too_many_where_one_is_meant() -> None:
    with pytest.raises(MhudError) as refused:
        asked('"7"', '"8"')
    assert refused.value.code is Code.INVALID
    both = make_mocked_request("PUT", "/", headers={"If-Match": '"7", "8"'})
    assert asked_versions(both) == frozenset({7, 8})
