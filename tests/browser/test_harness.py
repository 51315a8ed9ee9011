"""The windows themselves: what they must not let pass."""

from __future__ import annotations

from tests.browser.axe import violations
from tests.browser.sights import settled
from tests.browser.windows import Windows


async def test_a_page_is_loaded_without_a_complaint(tour: Windows) -> None:
    page = await tour.open("/#/account", who="admin_alice")
    await settled(page)


async def test_what_breaks_the_policy_is_a_complaint(tour: Windows) -> None:
    page = await tour.open("/#/account", who="admin_alice")
    async with page.expect_event("console", lambda said: "policy: img-src" in said.text):
        await page.evaluate(
            "document.body.append(Object.assign(new Image(), {src: '//192.0.2.1/x'}))"
        )
    assert [one for one in tour.unexpected() if "policy: img-src" in one]
    tour.complaints.clear()


async def test_what_no_code_caught_is_a_complaint(tour: Windows) -> None:
    page = await tour.open("/#/account", who="admin_alice")
    async with page.expect_event("pageerror"):
        await page.evaluate("setTimeout(() => { throw new Error('nobody expects this') })")
    assert [one for one in tour.unexpected() if "nobody expects this" in one]
    tour.complaints.clear()


async def test_what_nobody_can_read_is_a_violation(tour: Windows) -> None:
    page = await tour.open("/#/account", who="admin_alice")
    await page.evaluate("document.body.append(document.createElement('button'))")
    assert [one for one in await violations(page) if one.startswith("button-name")]
