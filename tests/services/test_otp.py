"""One-time codes: who gets in, who does not, and that nobody learns who has an account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Select, select, update

from mhud.errors import Code, MhudError
from mhud.messages.message import Kind
from mhud.store.schema import users
from mhud.store.schema_people import one_time_attempts, one_time_codes, sign_in_addresses
from tests.fake_clock import PATIENCE_S, FakeClock, settle
from tests.sign_in_desk import IP, JOHN, PHONE, SignInDesk, sign_in_desk

NOBODY = "nobody@example.org"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SignInDesk]:
    async with sign_in_desk(tmp_path) as one:
        yield one


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def kinds_of(recipient: bytes) -> Select[str]:
    attempts = one_time_attempts.c
    return select(attempts.kind).where(attempts.recipient == recipient).order_by(attempts.id)


async def refusal(desk: SignInDesk, code: str, address: str = JOHN, ip: str = IP) -> MhudError:
    with pytest.raises(MhudError) as caught:
        await desk.otp.verify(address, code, ip)
    return caught.value


async def limited(desk: SignInDesk, address: str = JOHN, kind: Kind = "email", ip: str = IP) -> int:
    """In how many seconds one may ask again."""
    with pytest.raises(MhudError) as caught:
        await desk.otp.send(kind, address, ip)
    assert caught.value.code is Code.RATE_LIMITED
    return int(caught.value.details["retry_after"])


async def test_who_types_the_code_from_his_mail_is_signed_in(desk: SignInDesk) -> None:
    code = await desk.code()
    user = await desk.otp.verify(JOHN, code, IP)

    assert user.username == "operator_john"
    (message,) = desk.postman.carried
    assert message.to == JOHN
    assert f"{code} is your code for signing in to Nairobi Helpline" in message.text


@pytest.mark.parametrize("spelled", ["JOHN@helpline.ORG", "  john@helpline.org "])
async def test_an_address_is_his_in_whatever_case_he_types_it(
    desk: SignInDesk, spelled: str
) -> None:
    code = await desk.code(spelled)

    assert (await desk.otp.verify(JOHN, code, IP)).username == "operator_john"


@pytest.mark.parametrize("spelled", ["0711 000 111", "+254-711-000-111", "00254711000111"])
async def test_a_number_is_his_in_whatever_spelling(desk: SignInDesk, spelled: str) -> None:
    code = await desk.code(spelled, "phone")

    assert desk.postman.carried[0].to == PHONE
    assert (
        desk.postman.carried[0].text
        == f"{code} is your code for Nairobi Helpline, good for 5 minutes."
    )
    assert (await desk.otp.verify("0711000111", code, IP)).username == "operator_john"


async def test_a_second_address_is_as_good_as_the_first(desk: SignInDesk) -> None:
    user = desk.services.access.known.names["operator_john"]
    async with desk.services.db.write() as tx:
        row = {"address": "user@example.com", "kind": "email", "user_id": user.id}
        await tx.execute(sign_in_addresses.insert().values(**row))
    code = await desk.code("user@example.com")

    assert (await desk.otp.verify("user@example.com", code, IP)).id == user.id


async def test_a_code_is_good_once(desk: SignInDesk) -> None:
    code = await desk.code()
    await desk.otp.verify(JOHN, code, IP)

    assert (await refusal(desk, code)).code is Code.UNAUTHENTICATED


async def test_a_code_of_one_address_is_no_good_for_another_of_the_same_person(
    desk: SignInDesk,
) -> None:
    code = await desk.code()

    assert (await refusal(desk, code, PHONE)).code is Code.UNAUTHENTICATED


async def test_a_code_is_good_for_five_minutes(desk: SignInDesk) -> None:
    first = await desk.code()
    await desk.clock.advance(299)
    assert await desk.otp.verify(JOHN, first, IP)
    await desk.clock.advance(60)
    second = await desk.code()
    await desk.clock.advance(300)

    assert (await refusal(desk, second)).code is Code.UNAUTHENTICATED


async def test_after_five_wrong_guesses_the_right_code_is_no_good_either(desk: SignInDesk) -> None:
    code = await desk.code()
    for _ in range(5):
        await refusal(desk, wrong(code))
    error = await refusal(desk, code)

    assert error.code is Code.UNAUTHENTICATED
    await desk.clock.advance(300)
    assert await desk.otp.verify(JOHN, await desk.code(), IP)


async def test_four_wrong_guesses_are_forgiven(desk: SignInDesk) -> None:
    code = await desk.code()
    for _ in range(4):
        await refusal(desk, wrong(code))

    assert await desk.otp.verify(JOHN, code, IP)


async def test_asked_again_within_a_minute_the_same_code_is_sent_again(desk: SignInDesk) -> None:
    first = await desk.code()
    await desk.clock.advance(59)
    second = await desk.code()
    await desk.clock.advance(1)
    third = await desk.code()

    assert first == second
    assert third != first
    assert (await refusal(desk, first)).code is Code.UNAUTHENTICATED
    assert await desk.otp.verify(JOHN, third, IP)


@pytest.mark.parametrize("spoiled", ["used", "guessed at"])
async def test_asked_again_for_a_code_that_is_spent_a_new_one_is_sent(
    desk: SignInDesk, spoiled: str
) -> None:
    first = await desk.code()
    if spoiled == "used":
        await desk.otp.verify(JOHN, first, IP)
    else:
        for _ in range(5):
            await refusal(desk, wrong(first))

    assert await desk.code() != first


async def test_an_address_that_nobody_has_gets_the_same_answer_and_no_message(
    desk: SignInDesk,
) -> None:
    await desk.asked(NOBODY)
    unknown = await refusal(desk, "123456", NOBODY)
    never_asked = await refusal(desk, "123456", "never@example.org")
    code = await desk.code()
    known = await refusal(desk, wrong(code))

    assert [one.to for one in desk.postman.carried] == [JOHN]
    answers = {(one.code, one.message, str(one.details)) for one in (unknown, never_asked, known)}
    assert len(answers) == 1


async def test_an_address_that_nobody_has_leaves_the_same_traces(desk: SignInDesk) -> None:
    """Else what is asked next could be slower for one than for the other."""
    for address in (JOHN, NOBODY):
        await desk.asked(address)
        await refusal(desk, "123456", address, ip="192.0.2.2")
    async with desk.services.db.read() as tx:
        tries = list(await tx.scalars(select(one_time_codes.c.tries)))
        kinds = {
            address: [*(await tx.scalars(kinds_of(desk.otp.marks.recipient(address))))]
            for address in (JOHN, NOBODY)
        }

    assert tries == [1, 1]
    assert kinds[JOHN] == kinds[NOBODY] == ["sent", "tried", "wrong"]


async def test_a_code_that_was_made_for_nobody_signs_nobody_in(desk: SignInDesk) -> None:
    await desk.asked(NOBODY)
    async with desk.services.db.read() as tx:
        (hashed,) = await tx.scalars(select(one_time_codes.c.code_hash))
    recipient = desk.otp.marks.recipient(NOBODY)
    code = next(
        c for c in (f"{n:06}" for n in range(10**6)) if desk.otp._hash(recipient, c) == hashed
    )

    assert (await refusal(desk, code, NOBODY)).code is Code.UNAUTHENTICATED


async def test_the_disabled_get_no_message_and_their_code_is_void(desk: SignInDesk) -> None:
    code = await desk.code()
    async with desk.services.db.write() as tx:
        await tx.execute(update(users).values(disabled=True))
    await desk.services.access.reload()

    assert (await refusal(desk, code)).code is Code.UNAUTHENTICATED
    await desk.clock.advance(61)
    await desk.asked()
    assert len(desk.postman.carried) == 1


async def test_five_a_minute_are_sent_to_one_recipient_known_or_not(desk: SignInDesk) -> None:
    for address in (JOHN, NOBODY):
        for _ in range(5):
            await desk.otp.send("email", address, IP)
        assert await limited(desk, address) == 60
    await desk.clock.advance(60)
    await desk.otp.send("email", JOHN, IP)


async def test_twenty_a_day_are_sent_to_one_recipient(desk: SignInDesk) -> None:
    for _ in range(20):
        await desk.otp.send("email", JOHN, IP)
        await desk.clock.advance(61)

    assert await limited(desk) == 86_400 - 20 * 61
    assert await limited(desk, ip="198.51.100.7") == 86_400 - 20 * 61
    await desk.otp.send("email", NOBODY, IP)
    await desk.clock.advance(86_400)
    await desk.otp.send("email", JOHN, IP)


async def test_from_one_address_ten_times_as_many_are_sent_as_to_one_recipient(
    desk: SignInDesk,
) -> None:
    for number in range(50):
        await desk.otp.send("email", f"guess{number}@example.org", IP)

    assert await limited(desk, JOHN) == 60
    await desk.otp.send("email", JOHN, "198.51.100.7")  # others are not held up


async def test_ten_guesses_in_five_minutes_at_one_recipient_known_or_not(desk: SignInDesk) -> None:
    for address in (JOHN, NOBODY):
        for _ in range(10):
            assert (await refusal(desk, "123456", address)).code is Code.UNAUTHENTICATED
        error = await refusal(desk, "123456", address)
        assert (error.code, error.details["retry_after"]) == (Code.RATE_LIMITED, 300)
    await desk.clock.advance(300)
    assert (await refusal(desk, "123456")).code is Code.UNAUTHENTICATED


async def test_thirty_wrong_guesses_a_day_at_one_recipient_from_wherever(desk: SignInDesk) -> None:
    for number in range(30):
        error = await refusal(desk, "123456", ip=f"198.51.100.{number}")
        assert error.code is Code.UNAUTHENTICATED
        await desk.clock.advance(31)

    assert (await refusal(desk, "123456", ip="203.0.113.9")).code is Code.RATE_LIMITED
    assert (await refusal(desk, "123456", PHONE)).code is Code.UNAUTHENTICATED  # his other address


async def test_a_right_code_is_no_wrong_guess(desk: SignInDesk) -> None:
    for _ in range(31):
        assert await desk.otp.verify(JOHN, await desk.code(ip="198.51.100.7"), IP)
        await desk.clock.advance(5000)


async def test_from_one_address_ten_times_as_many_guesses_as_at_one_recipient(
    desk: SignInDesk,
) -> None:
    for number in range(100):
        await refusal(desk, "123456", f"guess{number}@example.org")

    assert (await refusal(desk, "123456")).code is Code.RATE_LIMITED
    assert (await refusal(desk, "123456", ip="198.51.100.7")).code is Code.UNAUTHENTICATED


async def test_limits_and_codes_hold_over_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with sign_in_desk(tmp_path, clock) as desk:
        code = await desk.code()
        for _ in range(4):
            await desk.asked()
        for _ in range(4):
            await refusal(desk, wrong(code))
    async with sign_in_desk(tmp_path, clock) as desk:
        assert await limited(desk) == 60
        await desk.asked(NOBODY)
        await refusal(desk, wrong(code))

        assert (await refusal(desk, code)).code is Code.UNAUTHENTICATED


async def test_the_same_code_is_sent_again_even_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with sign_in_desk(tmp_path, clock) as desk:
        code = await desk.code()
    async with sign_in_desk(tmp_path, clock) as desk:
        assert await desk.code() == code
        assert await desk.otp.verify(JOHN, code, IP)


async def test_no_code_and_no_address_is_readable_in_the_database(tmp_path: Path) -> None:
    async with sign_in_desk(tmp_path) as desk:
        code = await desk.code()
        await desk.asked(NOBODY)
        async with desk.services.db.read() as tx:
            rows = [*(await tx.execute(select(one_time_codes)))]
            rows += [*(await tx.execute(select(one_time_attempts)))]

    assert len(rows) == 6
    for shown in (code, JOHN, NOBODY, IP):
        assert not any(shown in str(value) for row in rows for value in row)


async def test_more_sms_an_hour_than_the_cap_are_not_sent_and_the_operator_sees_it(
    tmp_path: Path,
) -> None:
    async with sign_in_desk(tmp_path, sms_per_hour=2) as desk:
        for number in range(5):  # nobody's numbers use nothing up
            await desk.asked(f"+25471100022{number}", "phone")
        await desk.code(PHONE, "phone")
        await desk.code(PHONE, "phone")
        with structlog.testing.capture_logs() as lines:
            await desk.asked(PHONE, "phone")
        await desk.code()  # mail costs nothing

        assert desk.otp.courier.counted["phone", "capped"] == 1
        assert [one["event"] for one in lines] == ["message_withheld"]
        assert len(desk.postman.carried) == 3
        await desk.clock.advance(3600)
        await desk.code(PHONE, "phone")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("email", "nobody"),
        ("email", ""),
        ("email", "a@b\r\nBcc: c@d"),
        ("email", "two@example.org, three@example.org"),
        ("email", f"{'x' * 250}@example.org"),
        ("phone", "anonymous"),
        ("phone", ""),
    ],
)
async def test_what_is_no_address_is_refused_without_being_quoted(
    desk: SignInDesk, kind: Kind, address: str
) -> None:
    with pytest.raises(MhudError) as caught:
        await desk.otp.send(kind, address, IP)

    assert caught.value.code is Code.INVALID
    assert not address or address not in f"{caught.value.message} {caught.value.details}"


@pytest.mark.parametrize(("served", "asked"), [((), "email"), ((), "phone"), (("email",), "phone")])
async def test_where_nothing_can_be_sent_the_answer_says_so(
    tmp_path: Path, served: tuple[Kind, ...], asked: Kind
) -> None:
    async with sign_in_desk(tmp_path, kinds=served) as desk:
        with pytest.raises(MhudError) as caught:
            await desk.otp.send(asked, JOHN if asked == "email" else PHONE, IP)

    assert caught.value.code is Code.SERVICE_UNAVAILABLE
    assert "is configured here" in caught.value.message


async def test_what_no_limit_needs_any_more_is_dropped(desk: SignInDesk) -> None:
    await desk.code()
    assert await kept(desk) != []
    await desk.clock.advance(26 * 3600)
    work = asyncio.create_task(desk.otp.run())
    async with asyncio.timeout(PATIENCE_S):
        while await kept(desk):
            await settle(1)
    work.cancel()
    assert await kept(desk) == []


async def kept(desk: SignInDesk) -> list[object]:
    async with desk.services.db.read() as tx:
        attempts = [*(await tx.scalars(select(one_time_attempts.c.id)))]
        return [*attempts, *(await tx.scalars(select(one_time_codes.c.recipient)))]
