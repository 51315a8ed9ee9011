"""What an administrator does once a month: people, phones, queues, words, a look at all of it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

from playwright.async_api import Page, Route, expect

from tests.browser.asking import done
from tests.browser.house import House
from tests.browser.sights import ADMIN, settled
from tests.browser.windows import Windows

USERS = "/helpline/api/users"


async def _person(house: House, username: str) -> dict[str, object]:
    found = (await done(house, "GET", USERS))["data"]
    line = next(one for one in found if one["username"] == username)
    whole: dict[str, object] = (await done(house, "GET", f"{USERS}/{line['id']}"))["data"]
    return whole


async def _saved(page: Page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


async def test_somebody_new_gets_a_phone_and_a_link_to_sign_in_with(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)")  # the guest's page asks who he is
    page = await windows.open("/#/users/new", who=ADMIN)
    await page.get_by_label("User name").fill("newcomer")
    await page.get_by_label("Takes calls as an agent").check()
    await page.get_by_role("textbox", name="Agent").fill("agent042")
    await page.get_by_label("Support Queue").check()
    await page.get_by_role("button", name="Add this person").click()
    await expect(page.get_by_role("heading", level=1, name="newcomer")).to_be_visible()
    made = await _person(house, "newcomer")
    assert (made["agent_id"], made["queues"]) == ("agent042", ["support"])
    await page.get_by_role("button", name="Make a sign-in link to copy").click()
    link = await page.get_by_role("textbox", name="Link").input_value()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("textbox", name="Link")).to_have_value(
        link
    )  # a key loses nothing
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_role("textbox", name="Link")).to_have_count(0)
    guest = await windows.open(link.removeprefix(house.base))
    await expect(guest.get_by_role("main")).to_contain_text("newcomer")


async def test_a_link_goes_out_by_e_mail_and_how_it_went_is_said(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)")
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    await page.get_by_role("button", name="Send a sign-in link by e-mail").click()
    said = page.get_by_role("status").filter(has_text="The mail server took the link")
    await expect(said).to_contain_text("john@helpline.org")
    assert "mhui_" not in await page.content()
    mails = (house.services.settings.data_dir / "outbox").glob("*")
    texts = [message_from_bytes(one.read_bytes(), policy=default).get_content() for one in mails]
    link = next(one.group() for text in texts if (one := re.search(r"/#/welcome/\S+", text)))
    guest = await windows.open(link)
    await expect(guest.get_by_role("main")).to_contain_text("John Otieno")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Make a sign-in link to copy").click()
    await expect(page.get_by_role("textbox", name="Link")).to_be_visible()


async def test_of_what_two_change_at_once_both_versions_are_shown_and_the_rest_is_kept(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    await page.get_by_label("Phone number").fill("+254711222333")
    theirs = {"name": "John O. Otieno", "phone": "+254799000111"}
    await done(house, "PUT", f"{USERS}/{john['id']}", theirs)
    await page.get_by_role("button", name="Save", exact=True).click()
    versions = page.get_by_role("region", name="Two versions")
    await expect(versions).to_contain_text("+254711222333")
    await expect(versions).to_contain_text("+254799000111")
    await expect(versions).not_to_contain_text("John O. Otieno")  # nobody else touched the name
    await expect(page.get_by_label("Name", exact=False).first).to_have_value("John O. Otieno")
    await versions.get_by_role("button", name="Save mine").click()
    await expect(versions).to_have_count(0)
    now = await _person(house, "operator_john")
    assert (now["name"], now["phone"]) == ("John O. Otieno", "+254711222333")


async def test_a_role_that_is_chosen_right_after_a_word_was_typed_stays_chosen(
    windows: Windows,
) -> None:
    page = await windows.open("/#/users", who=ADMIN)
    role = page.get_by_label("Role", exact=True)
    await expect(role.get_by_role("option")).not_to_have_count(1)
    await page.get_by_role("searchbox").fill("john")
    await role.select_option("operator")
    await expect(page).to_have_url(re.compile("q=john"))
    await expect(page).to_have_url(re.compile("role=operator"))


async def test_who_is_disabled_is_asked_for_once_more_and_signed_out(
    house: House, windows: Windows
) -> None:
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    await page.get_by_label("May sign in").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_role("button", name="Disable", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    assert (await _person(house, "operator_john"))["is_active"] is False


async def test_an_agent_serves_another_queue(house: House, windows: Windows) -> None:
    page = await windows.open("/#/agents", who=ADMIN)
    row = page.get_by_role("row").filter(has_text="agent004")
    await expect(row).to_contain_text("Support Queue")  # as people call it
    await row.click()
    await page.get_by_label("Crisis Queue").check()
    await _saved(page)
    now = await _person(house, "pmwangi")
    assert now["queues"] == ["support", "crisis"]


async def test_a_queue_opens_at_hours_that_hold(house: House, windows: Windows) -> None:
    page = await windows.open("/#/queues/support", who=ADMIN)
    await page.get_by_label("At these hours").check()
    await page.get_by_label("Saturday", exact=True).check()
    await page.get_by_label("Saturday, closes at").fill("00:00")
    await page.get_by_label("Wrap-up").fill("45")
    await _saved(page)
    queue = await done(house, "GET", "/api/v1/queues/support")
    assert queue["operating_hours"]["saturday"] == {"start": "08:00", "end": "24:00"}
    assert "sunday" not in queue["operating_hours"]
    assert queue["wrap_up_seconds"] == 45


async def test_who_is_to_serve_a_queue_is_named_though_he_is_not_here(
    house: House, windows: Windows
) -> None:
    person = {"username": "newcomer", "name": "Wanjiku New", "agent_id": "agent042"}
    await done(house, "POST", USERS, {**person, "queues": ["crisis"]})
    await house.until(lambda live: "agent042" in live.agents)
    page = await windows.open("/#/queues/crisis", who=ADMIN)
    row = page.get_by_role("row").filter(has_text="Wanjiku New")
    await expect(row).to_contain_text("At the next sign-in")


async def test_of_a_queue_that_two_change_both_versions_are_shown(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    page = await windows.open("/#/queues/support", who=ADMIN)
    await page.get_by_label("Wrap-up").fill("45")
    theirs = {"wrap_up_seconds": 90, "max_callers": 12}
    await done(house, "PUT", "/api/v1/queues/support", theirs)
    await page.get_by_role("button", name="Save", exact=True).click()
    versions = page.get_by_role("region", name="Two versions")
    await expect(versions).to_contain_text("45")
    await expect(versions).to_contain_text("90")
    await expect(page.get_by_label("Callers at most")).to_have_value("12")
    await versions.get_by_role("button", name="Save mine").click()
    await expect(versions).to_have_count(0)
    queue = await done(house, "GET", "/api/v1/queues/support")
    assert (queue["wrap_up_seconds"], queue["max_callers"]) == (45, 12)


async def test_what_is_wrong_with_a_queue_stands_at_its_field(
    house: House, windows: Windows
) -> None:
    windows.expects("400 (Bad Request)")
    page = await windows.open("/#/queues/support", who=ADMIN)
    field = page.get_by_label("Callers at most")
    await field.fill("20000")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_value("20000")


async def test_a_category_is_made_and_switched_off(house: House, windows: Windows) -> None:
    page = await windows.open("/#/dispositions", who=ADMIN)
    await page.get_by_role("button", name="New category").click()
    await page.get_by_label("Name").fill("Drought")
    await page.get_by_label("Code").fill("drought")
    await page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Drought")
    await row.click()
    await page.get_by_label("In use").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(row).to_contain_text("Switched off")
    known = (await done(house, "GET", "/helpline/api/categories?include_inactive=true"))["data"]
    assert {"code": "drought", "name": "Drought", "parent": None, "is_active": False} in known


async def test_the_trail_says_who_did_what_when_in_words_and_leads_there(
    house: House, windows: Windows
) -> None:
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    await page.get_by_label("Phone number").fill("+254711222333")
    await _saved(page)
    await page.goto("/#/audit")
    row = page.get_by_role("row").filter(has_text="Changed a person").first
    await expect(row).to_contain_text("user.update")
    await expect(row).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    await expect(row.get_by_role("link", name="Alice Mutua")).to_be_visible()
    await expect(row).not_to_contain_text("254711222333")
    await row.get_by_role("link", name="John Otieno").click()
    await expect(page.get_by_role("heading", level=1, name="John Otieno")).to_be_visible()


async def test_who_may_see_no_people_reads_the_trail_without_links_to_them(
    house: House, windows: Windows
) -> None:
    await done(
        house, "POST", "/helpline/api/roles", {"name": "auditor", "rights": ["view_audit_log"]}
    )
    await done(house, "POST", USERS, {"username": "auditor", "name": "Ann", "role": "auditor"})
    page = await windows.open("/#/audit", who="auditor")
    row = page.get_by_role("row").filter(has_text="Added a person").first
    await expect(row).to_be_visible()
    await expect(row.get_by_role("link")).to_have_count(0)


async def test_the_trail_is_narrowed_from_an_entry_and_the_address_keeps_it(
    house: House, windows: Windows
) -> None:
    await done(house, "POST", "/helpline/api/categories", {"code": "drought", "name": "Drought"})
    page = await windows.open("/#/audit", who=ADMIN)
    await page.get_by_label("What").select_option("Categories")
    await expect(page.get_by_role("row")).to_have_count(2)
    await page.get_by_role("row").filter(has_text="Made a category").click()
    entry = page.get_by_role("dialog", name="Made a category")
    await expect(entry).to_contain_text("category.create")
    await entry.get_by_role("button", name="Only about this").click()
    await expect(page).to_have_url(re.compile("drought"))
    await page.reload()
    await expect(page.get_by_label("About")).to_have_value("drought")
    await expect(page.get_by_role("row")).to_have_count(2)
    await page.get_by_role("button", name="Show everything").click()
    await expect(page.get_by_label("About")).to_have_value("")


async def test_the_trail_goes_on_page_by_page(house: House, windows: Windows) -> None:
    for n in range(105):
        await done(house, "POST", "/helpline/api/categories", {"code": f"c{n}", "name": f"C {n}"})
    page = await windows.open("/#/audit?action=category.*", who=ADMIN)
    await expect(page.get_by_role("row")).to_have_count(101)
    await page.get_by_role("button", name="Show more").click()
    await expect(page.get_by_role("row")).to_have_count(106)
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)


async def test_health_says_what_the_doctor_finds_and_what_mends_it(windows: Windows) -> None:
    page = await windows.open("/#/health", who=ADMIN)
    await settled(page)
    wrong = page.get_by_role("region", name="Wrong")
    await expect(wrong).to_contain_text("queues.include")
    await expect(wrong.get_by_label("What mends it").first).to_contain_text("install")
    await page.get_by_label("Only what is not in order").check()
    await expect(page.get_by_role("region", name="In order")).to_have_count(0)


async def test_what_was_typed_is_not_dropped_without_a_question(windows: Windows) -> None:
    page = await windows.open("/#/api-keys", who=ADMIN)
    await page.get_by_role("button", name="New key").click()
    await page.get_by_label("Name").fill("crm")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog").last).to_contain_text("not saved")
    await page.get_by_role("button", name="Cancel").last.click()
    await expect(page.get_by_label("Name")).to_have_value("crm")


async def test_what_is_typed_while_another_s_change_comes_to_light_stays(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)

    async def type_on(route: Route) -> None:
        if route.request.method == "PUT":
            await page.get_by_role("textbox", name="Name").fill("Typed meanwhile")
        await route.continue_()

    await page.get_by_label("Phone number").fill("+254711222333")
    await done(house, "PUT", f"{USERS}/{john['id']}", {"phone": "+254799000111"})
    await page.route(f"**{USERS}/{john['id']}", type_on)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("region", name="Two versions")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Name")).to_have_value("Typed meanwhile")


async def test_a_password_that_was_set_is_no_change_by_somebody_else(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Set a password").click()
    for name in ("New password", "Once more"):
        await page.get_by_label(name).fill("a long walk by the lake 7")
    await page.get_by_role("button", name="Set it").click()
    await expect(page.get_by_text("The password is set.")).to_be_visible()
    await page.get_by_label("Phone number").fill("+254711222333")
    await _saved(page)
    await expect(page.get_by_role("region", name="Two versions")).to_have_count(0)
    assert (await _person(house, "operator_john"))["phone"] == "+254711222333"


async def test_what_is_no_number_takes_no_setting_of_a_queue_away(
    house: House, windows: Windows
) -> None:
    await done(house, "PUT", "/api/v1/queues/support", {"max_callers": 12})
    page = await windows.open("/#/queues/support", who=ADMIN)
    field = page.get_by_label("Callers at most")
    await expect(field).to_have_value("12")
    await page.get_by_label("Wrap-up").fill("45")
    await field.focus()
    await page.keyboard.press("End")
    await page.keyboard.type("e")
    await page.get_by_label("Wrap-up").focus()
    save = page.get_by_role("button", name="Save", exact=True)
    await save.click()
    await expect(field).to_be_focused()
    await field.fill("13")
    await _saved(page)
    queue = await done(house, "GET", "/api/v1/queues/support")
    assert (queue["wrap_up_seconds"], queue["max_callers"]) == (45, 13)
