"""Credentials: checked in memory, exact as soon as anything changes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jwt
import pytest

from mhud.errors import Code, MhudError
from mhud.services import access as access_module
from mhud.services import keys, people, signin
from mhud.services.access import Access
from mhud.services.keys import KeyWish
from mhud.services.rights import NOBODY, RIGHTS, common, expand
from mhud.services.tokens import key_file, rotate_key_file
from mhud.store import database as database_module
from mhud.store.access import AccessRepository, ApiKey
from mhud.store.database import Database
from tests.fake_clock import FakeClock, eventually
from tests.houses import PASSWORD, House, house, settings_for

WEST = timezone(timedelta(hours=-10))  # the year 9999 ends there when it has ended in UTC


def refused(access: Access, token: str) -> bool:
    try:
        access.authenticate_token(token)
    except MhudError as error:
        return error.code is Code.UNAUTHENTICATED
    return False


def key_refused(access: Access, key: str) -> bool:
    try:
        access.authenticate_key(key)
    except MhudError as error:
        return error.code is Code.UNAUTHENTICATED
    return False


async def sign_in(home: House, username: str = "jane", password: str = PASSWORD) -> signin.Grant:
    return await signin.log_in(home.services.access, username, password, "192.0.2.1")


async def test_a_person_signs_in_and_has_the_rights_of_his_role(home: House) -> None:
    await home.person("jane", "operator", "agent001")
    grant = await sign_in(home)
    principal = home.services.access.authenticate_token(grant.access_token)

    assert grant.expires_in == 86_400
    assert (principal.kind, principal.username, principal.agent_id) == ("user", "jane", "agent001")
    assert principal.has("make_calls")
    assert principal.may("make_calls", "agent001")
    assert not principal.may("make_calls", "agent002")
    assert not principal.may("make_calls", None)
    assert not principal.has("manage_keys")


async def test_wrong_name_wrong_password_and_no_password_get_the_same_answer(home: House) -> None:
    await home.person("jane")
    await people.add_person(home.services.access, people.Person(username="mute", name="Mute"))
    answers = set()
    for username, password in (("jane", "wrong"), ("nobody", PASSWORD), ("mute", PASSWORD)):
        with pytest.raises(MhudError) as caught:
            await sign_in(home, username, password)
        answers.add((caught.value.code, caught.value.message))

    assert len(answers) == 1


async def test_after_five_failures_even_the_right_password_gets_the_same_answer(
    home: House,
) -> None:
    await home.person("jane")
    for _ in range(5):
        with pytest.raises(MhudError):
            await sign_in(home, password="wrong")
    with pytest.raises(MhudError) as caught:
        await sign_in(home)
    assert caught.value.message == signin.WRONG
    await home.clock.advance(31)

    assert (await sign_in(home)).access_token


async def fails(home: House, username: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(MhudError):
            await sign_in(home, username, "a wrong password")


async def test_another_name_of_the_same_account_gives_no_more_tries(home: House) -> None:
    person = people.Person(username="jane", name="J", email="j@example.org", password=PASSWORD)
    await people.add_person(home.services.access, person)
    await fails(home, "jane", 3)
    await fails(home, "j@example.org", 2)
    with pytest.raises(MhudError) as caught:
        await sign_in(home)

    assert caught.value.code is Code.UNAUTHENTICATED


async def test_a_password_that_the_command_line_sets_works_at_once_after_many_failures(
    home: House,
) -> None:
    access = home.services.access
    await home.person("jane")
    await fails(home, "jane", 7)
    other_db = await Database.open(home.services.db.path, home.services.db.key)
    command = await Access.open(other_db, home.clock, settings_for(access.folder))
    await people.set_password(command, "jane", "eight tall lighthouses")
    await home.clock.advance(1)
    await access.caught_up()

    assert (await sign_in(home, password="eight tall lighthouses")).access_token
    command.passwords.close()
    await other_db.close()


async def test_a_token_ends_with_its_time(home: House) -> None:
    await home.person()
    grant = await sign_in(home)
    await home.clock.advance(grant.expires_in - 1)
    assert not refused(home.services.access, grant.access_token)
    await home.clock.advance(2)

    assert refused(home.services.access, grant.access_token)


async def test_refreshing_rotates_and_a_stolen_token_ends_the_whole_family(home: House) -> None:
    await home.person()
    access = home.services.access
    first = await sign_in(home)
    second = await signin.refresh(access, first.refresh_token)
    again = await signin.refresh(access, first.refresh_token)  # the answer had been lost
    assert len({first.refresh_token, second.refresh_token, again.refresh_token}) == 3
    await home.clock.advance(11)
    with pytest.raises(MhudError) as caught:
        await signin.refresh(access, first.refresh_token)

    assert caught.value.code is Code.UNAUTHENTICATED
    assert refused(access, second.access_token)
    with pytest.raises(MhudError):
        await signin.refresh(access, second.refresh_token)


async def test_a_refresh_token_ends_with_its_time(home: House) -> None:
    await home.person()
    grant = await sign_in(home)
    await home.clock.advance(timedelta(days=30).total_seconds())

    with pytest.raises(MhudError) as caught:
        await signin.refresh(home.services.access, grant.refresh_token)
    assert caught.value.code is Code.UNAUTHENTICATED


async def test_revoking_ends_one_sign_in_and_no_other(home: House) -> None:
    await home.person()
    access = home.services.access
    here, there = await sign_in(home), await sign_in(home)

    assert await signin.revoke(access, here.refresh_token, NOBODY)
    assert refused(access, here.access_token)
    assert not refused(access, there.access_token)
    assert await signin.revoke(access, None, access.authenticate_token(there.access_token))
    assert refused(access, there.access_token)
    assert not await signin.revoke(access, "unheard of", NOBODY)


async def test_a_new_password_and_disabling_end_everything_at_once(home: House) -> None:
    await home.person()
    access = home.services.access
    grant = await sign_in(home)
    await people.set_password(access, "jane", "another long phrase")
    assert refused(access, grant.access_token)
    with pytest.raises(MhudError):
        await signin.refresh(access, grant.refresh_token)
    newer = await sign_in(home, password="another long phrase")
    await people.disable(access, "jane")

    assert refused(access, newer.access_token)
    with pytest.raises(MhudError):
        await sign_in(home, password="another long phrase")
    await people.enable(access, "jane")
    assert (await sign_in(home, password="another long phrase")).access_token


async def test_a_password_that_is_replaced_while_it_is_checked_signs_nobody_in(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = home.services.access
    await home.person("jane")
    check = access.passwords.matches

    async def takes_its_time(stored: str | None, password: str) -> bool:
        good = await check(stored, password)
        await people.set_password(access, "jane", "eight tall lighthouses")
        return good

    monkeypatch.setattr(access.passwords, "matches", takes_its_time)
    with pytest.raises(MhudError) as caught:
        await sign_in(home)

    assert caught.value.code is Code.UNAUTHENTICATED


async def test_a_new_signing_key_voids_access_tokens_and_nothing_else(home: House) -> None:
    await home.person()
    access = home.services.access
    grant, key = await sign_in(home), await home.key()
    await signin.rotate_signing_key(access)

    assert refused(access, grant.access_token)
    assert not key_refused(access, key)
    newer = await signin.refresh(access, grant.refresh_token)
    assert not refused(access, newer.access_token)


async def test_tokens_of_another_signer_or_shape_are_refused(home: House) -> None:
    user_id = await home.person()
    access = home.services.access
    claims = {"iss": "mhud", "sub": str(user_id), "fam": "f", "ver": 1, "exp": 9_999_999_999}
    forged = jwt.encode(claims, b"x" * 64, algorithm="HS256")
    unsigned = jwt.encode(claims, "", algorithm="none")
    bare = jwt.encode({"iss": "mhud", "sub": "1", "exp": 9_999_999_999}, access.token_key, "HS256")

    assert all(refused(access, token) for token in (forged, unsigned, bare, "", "a.b.c"))


async def test_a_key_may_do_what_it_was_given_and_its_owner_may(home: House) -> None:
    owner = await home.person("john", "operator", "agent002")
    access = home.services.access
    text = await home.key("make_calls", "view_calls", "manage_keys", owner=owner, tier="premium")
    principal = access.authenticate_key(text)

    assert (principal.kind, principal.username, principal.rate) == ("key", "john", 300)
    assert principal.has("view_calls")
    assert principal.may("make_calls", "agent002")
    assert not principal.may("make_calls", "agent001")
    assert not principal.has("manage_keys")
    assert not principal.has("end_calls")
    await people.disable(access, "john")
    assert key_refused(access, text)


async def test_a_key_ends_with_its_time_and_when_it_is_revoked(home: House) -> None:
    access = home.services.access
    expires = home.clock.now() + timedelta(days=1)
    short = await keys.add_key(access, KeyWish(name="s", rights=["all"], expires_at=expires), None)
    long = await keys.add_key(access, KeyWish(name="l", rights=["all"]), None)
    assert access.authenticate_key(short.secret).rights == frozenset(RIGHTS)
    await home.clock.advance(86_401)
    assert key_refused(access, short.secret)
    await keys.revoke_key(access, "l")

    assert key_refused(access, long.secret)
    assert long.secret not in repr(long)


@pytest.mark.parametrize(
    "wish",
    [
        KeyWish(name="x", rights=[]),
        KeyWish(name="x", rights=["view_calls", "fly"]),
        KeyWish(name="x", rights=["all"], tier="enterprise:0"),
        KeyWish(name="x", rights=["all"], tier="gold"),
        KeyWish(name="x", rights=["all"], expires_at=datetime(9999, 12, 31, 23, tzinfo=WEST)),
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(home: House, wish: KeyWish) -> None:
    with pytest.raises(MhudError) as caught:
        await keys.add_key(home.services.access, wish, None)

    assert caught.value.code is Code.INVALID


async def test_a_key_that_is_named_like_anothers_id_protects_nobody(home: House) -> None:
    access = home.services.access
    text = await home.key()
    victim = access.authenticate_key(text).ident.removeprefix("key:")
    await keys.add_key(access, KeyWish(name=victim, rights=["view_calls"]), None)
    revoked = await keys.revoke_key(access, victim)

    assert revoked.id == victim
    assert key_refused(access, text)


async def test_what_another_process_changes_is_noticed_within_a_second(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        access = home.services.access
        text = await home.key("view_calls")
        told: list[str] = []
        access.on_change(lambda: told.append("changed"))
        following = asyncio.create_task(access.run())
        other_db = await Database.open(home.services.db.path, home.services.db.key)
        other = await Access.open(other_db, home.clock, settings_for(tmp_path))
        await keys.revoke_key(other, "of a test")
        assert not key_refused(access, text)
        await eventually(lambda: access_module.POLL_S in home.clock.sleeping)
        await home.clock.advance(1)
        await eventually(lambda: told)

        assert key_refused(access, text)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await other.close()
        await other_db.close()


async def test_who_asked_may_be_looked_at_again(home: House) -> None:
    await home.person("jane", "supervisor")
    access = home.services.access
    token = access.authenticate_token((await sign_in(home)).access_token)
    key = access.authenticate_key(await home.key("view_calls"))
    assert access.current(token) == token
    assert access.current(key) == key
    await people.disable(access, "jane")
    await keys.revoke_key(access, "of a test")

    assert access.current(token) is None
    assert access.current(key) is None


async def test_when_a_key_was_last_used_is_written_lazily(tmp_path: Path) -> None:
    clock = FakeClock()
    async with house(tmp_path, clock) as home:
        home.services.access.authenticate_key(await home.key())
    async with house(tmp_path, clock) as home:
        found = keys.list_keys(home.services.access)[0]

        assert home.services.access.last_used(found) == clock.now()


async def test_names_and_addresses_are_taken_once(home: House) -> None:
    access = home.services.access
    await people.add_person(access, people.Person(username="jane", name="J", email="j@example.org"))
    for person in (
        people.Person(username="JANE", name="Other"),
        people.Person(username="other", name="Other", email="j@example.org"),
    ):
        with pytest.raises(MhudError) as caught:
            await people.add_person(access, person)
        assert caught.value.code is Code.CONFLICT


@pytest.mark.parametrize(
    "person",
    [
        people.Person(username="no spaces", name="x"),
        people.Person(username="x", name="line\nbreak"),
        people.Person(username="x", name="x", role="king"),
        people.Person(
            username="x", name="x", phone=people.Phone(agent_id="a b", interface="PJSIP/a")
        ),
        people.Person(
            username="x",
            name="x",
            phone=people.Phone(agent_id="a", interface="PJSIP/a\r\nAction: x"),
        ),
        people.Person(
            username="x",
            name="x",
            phone=people.Phone(agent_id="a", interface="PJSIP/a", extension="1 0"),
        ),
        people.Person(
            username="x",
            name="x",
            phone=people.Phone(agent_id="a", interface="PJSIP/a", queues=("b c",)),
        ),
        people.Person(username="x", name="x", password="short"),
    ],
)
async def test_a_person_that_makes_no_sense_is_refused(home: House, person: people.Person) -> None:
    with pytest.raises(MhudError) as caught:
        await people.add_person(home.services.access, person)

    assert caught.value.code is Code.INVALID


async def test_a_phone_comes_and_goes_and_the_person_stays(home: House) -> None:
    access = home.services.access
    user_id = await home.person("jane")
    await people.give_phone(
        access, access.known.users[user_id], people.Phone(agent_id="a1", interface="PJSIP/a1")
    )
    assert access.known.users[user_id].agent_id == "a1"
    await people.remove_phone(access, "a1")
    assert access.known.users[user_id].agent_id is None
    with pytest.raises(MhudError) as caught:
        await people.remove_phone(access, "a1")

    assert caught.value.code is Code.NOT_FOUND


async def test_a_phone_belongs_to_one_person(home: House) -> None:
    access = home.services.access
    await home.person("jane", agent_id="agent001")
    john_id = await home.person("john")
    john = access.known.users[john_id]
    for phone in (
        people.Phone(agent_id="agent001", interface="PJSIP/other"),
        people.Phone(agent_id="other", interface="PJSIP/agent001"),
    ):
        with pytest.raises(MhudError) as caught:
            await people.give_phone(access, john, phone)
        assert caught.value.code is Code.CONFLICT
    with pytest.raises(MhudError) as caught:
        await home.person("jim", agent_id="agent001")
    assert caught.value.message.endswith("is taken")


async def test_while_the_database_refuses_memory_goes_on(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_S", 0.05)
    access, db = home.services.access, home.services.db
    text = await home.key()
    access.authenticate_key(text)
    used = access.last_used(keys.list_keys(access)[0])
    following = asyncio.create_task(access.run())
    await eventually(lambda: access_module.POLL_S in home.clock.sleeping)
    async with db.write():
        for _ in range(access_module.HOUSEKEEPING):
            await home.clock.advance(1)
            await eventually(lambda: access_module.POLL_S in home.clock.sleeping)
        assert not key_refused(access, text)

    assert access.last_used(keys.list_keys(access)[0]) is not None
    assert used is not None
    assert not following.done()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_a_broken_signing_key_stops_nothing_until_it_is_mended(home: House) -> None:
    access = home.services.access
    text = await home.key()
    path = access.folder / access_module.TOKEN_KEY
    good, spare = path.read_text(), await home.key()
    path.write_text("this is no key")
    await keys.revoke_key(access, access.authenticate_key(text).ident.removeprefix("key:"))

    assert key_refused(access, text)
    assert not key_refused(access, spare)
    path.write_text(good)
    await home.clock.advance(1)
    assert await access.caught_up(), "it is looked at again until it is good"
    await home.clock.advance(1)
    assert not await access.caught_up()


async def test_a_daemon_does_not_start_on_a_broken_signing_key(tmp_path: Path) -> None:
    (tmp_path / access_module.TOKEN_KEY).write_text("this is no key")
    db = await Database.open(tmp_path / "mhud.db")
    with pytest.raises(ValueError, match="fromhex"):
        await Access.open(db, FakeClock(), settings_for(tmp_path))

    await db.close()


async def test_a_view_that_could_be_read_by_half_is_read_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = home.services.access
    text = await home.key()

    async def refuses(_: AccessRepository) -> list[ApiKey]:
        raise MhudError(Code.SERVICE_UNAVAILABLE, "the disk hiccups")

    with monkeypatch.context() as for_a_moment:
        for_a_moment.setattr(AccessRepository, "keys", refuses)
        with pytest.raises(MhudError):
            await keys.revoke_key(access, "of a test")
    await home.clock.advance(1)

    assert await access.caught_up()
    assert key_refused(access, text)


def test_rights_that_only_hold_for_oneself_stay_so_in_a_key() -> None:
    owner = expand(["view_calls", "make_calls:own", "unheard_of"])

    assert common(["make_calls", "view_calls"], owner) == {"view_calls", "make_calls:own"}
    assert common(["end_calls"], owner) == frozenset()
    assert common(expand(["all"]), expand(["all"])) == frozenset(RIGHTS)


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "token.key"
    first = key_file(path)
    assert key_file(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    rotate_key_file(path)
    assert key_file(path) != first
    path.write_text("abcd")

    with pytest.raises(ValueError, match="not a key file"):
        key_file(path)
    assert [file.name for file in path.parent.iterdir()] == ["token.key"]
