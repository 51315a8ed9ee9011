"""E-mail: what arrives at the server, and what is said of a server that fails."""

from __future__ import annotations

import re
import socket
import ssl
from pathlib import Path

import pytest
from pydantic import ValidationError

from mhud.config import MailSettings
from mhud.messages.message import Message, Undelivered
from mhud.messages.smtp import Smtp
from tests.certificates import Authority
from tests.fake_clock import FakeClock
from tests.mail_server import PASSWORD, USERNAME, mail_server, mail_settings, stalled_server

TO = "jane@example.org"
CODE = Message(kind="email", to=TO, subject="Your code", text="123456 is your code.")
SIGNED_IN = {"username": USERNAME, "password": PASSWORD}


async def carry(settings: MailSettings, message: Message = CODE) -> None:
    await Smtp(settings, FakeClock()).carry(message)


async def failure(settings: MailSettings, message: Message = CODE) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await carry(settings, message)
    return caught.value


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    one = Authority(tmp_path)
    one.issue()
    return one


def served_by(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    return context


async def test_a_message_arrives_with_sender_recipient_subject_and_text() -> None:
    async with mail_server() as server:
        await carry(mail_settings(server.port))

    (mail,) = server.received
    assert server.recipients == [TO]
    assert mail["From"] == "Helpline <no-reply@example.org>"
    assert (mail["To"], mail["Subject"]) == (TO, "Your code")
    assert mail["Date"] == "Mon, 03 Mar 2025 09:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "123456 is your code."


async def test_the_code_is_the_only_number_of_six_digits_in_the_whole_message() -> None:
    async with mail_server() as server:
        await carry(mail_settings(server.port))

    assert re.findall(r"\b\d{6}\b", server.received[0].as_string()) == ["123456"]


async def test_starttls_and_a_login_are_used_when_the_settings_say_so(authority: Authority) -> None:
    async with mail_server(starttls=served_by(authority), auth=True) as server:
        settings = mail_settings(
            server.port, security="starttls", ca_file=authority.root(), **SIGNED_IN
        )
        await carry(settings)

    assert (server.encrypted, server.signed_in) == ([True], [True])


async def test_tls_from_the_first_byte_is_used_when_the_settings_say_so(
    authority: Authority,
) -> None:
    async with mail_server(tls=served_by(authority)) as server:
        await carry(mail_settings(server.port, security="tls", ca_file=authority.root()))

    assert len(server.received) == 1


async def test_a_server_that_does_not_offer_starttls_gets_nothing() -> None:
    async with mail_server() as server:
        error = await failure(mail_settings(server.port, security="starttls"))

    assert (error.reason, error.again) == ("not-offered", False)
    assert server.received == []


async def test_a_long_text_is_folded_and_readable_as_it_stands() -> None:
    text = f"{'Asante sana ' * 20}123456\n\nSecond paragraph"
    async with mail_server() as server:
        message = Message(kind="email", to=TO, subject="Your code", text=text)
        await carry(mail_settings(server.port), message)

    (mail,) = server.received
    assert mail["Content-Transfer-Encoding"] == "7bit"
    lines = mail.get_content().splitlines()
    assert max(map(len, lines)) <= 72
    assert lines[-3:] == [lines[-3], "", "Second paragraph"]
    assert "123456" in mail.as_string()


async def test_a_link_stays_whole_however_long_it_is() -> None:
    link = "https://helpline.example.org/reports/download/report-0a.xlsx?signature=" + "a-b_" * 9
    message = Message(kind="email", to=TO, subject="Report", text=f"Ready: {link} and so on.")
    async with mail_server() as server:
        await carry(mail_settings(server.port), message)

    assert link in server.received[0].get_content().splitlines()


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_known_has_signed_is_refused(
    authority: Authority, security: str
) -> None:
    context = served_by(authority)
    implicit = security == "tls"
    async with mail_server(
        starttls=None if implicit else context, tls=context if implicit else None
    ) as server:
        error = await failure(mail_settings(server.port, security=security))

    assert (error.reason, error.again) == ("tls", False)
    assert server.received == []


async def test_a_wrong_password_is_a_refused_login_and_is_not_tried_again(
    authority: Authority,
) -> None:
    async with mail_server(starttls=served_by(authority), auth=True) as server:
        login = {"username": USERNAME, "password": "another one"}
        error = await failure(
            mail_settings(server.port, security="starttls", ca_file=authority.root(), **login)
        )

    assert (error.reason, error.again) == ("login-refused", False)


@pytest.mark.parametrize(
    ("command", "answer", "reason", "again"),
    [
        ("RCPT", "550 no such user jane@example.org", "recipient-refused", False),
        ("RCPT", "451 try later jane@example.org", "recipient-refused", True),
        ("DATA", "554 jane@example.org looks like spam", "refused", False),
        ("DATA", "452 disk full", "refused", True),
    ],
)
async def test_a_refusal_is_told_by_a_word_that_names_nobody(
    command: str, answer: str, reason: str, again: bool
) -> None:
    async with mail_server() as server:
        server.refuse[command] = [answer]
        error = await failure(mail_settings(server.port))

    assert (error.reason, error.again) == (reason, again)
    assert "jane" not in f"{error!r} {error.__cause__!r}"
    assert error.__suppress_context__


@pytest.mark.parametrize("greeting", [b"", b"220 mail.test ESMTP\r\n"])
async def test_a_server_that_stalls_is_given_up_in_time(greeting: bytes) -> None:
    async with stalled_server(greeting) as port:
        error = await failure(mail_settings(port, timeout_s=0.1))

    assert (error.reason, error.again) == ("timeout", True)


async def test_a_server_that_is_down_may_be_tried_again() -> None:
    async with stalled_server() as port:
        pass
    error = await failure(mail_settings(port))

    assert (error.reason, error.again) == ("unreachable", True)


async def test_a_name_that_leads_nowhere_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the machine's own name servers say, and however long they take."""

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = await failure(mail_settings(25, host="mail.invalid"))

    assert (error.reason, error.again) == ("unreachable", True)


async def test_what_is_no_mail_server_is_refused() -> None:
    async with stalled_server(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        error = await failure(mail_settings(port, timeout_s=1))

    assert error.reason in ("refused", "unreachable", "timeout")


async def test_an_address_that_would_be_another_header_is_not_sent() -> None:
    message = Message(kind="email", to="a@example.org\r\nBcc: b@example.org", subject="x", text="y")
    async with mail_server() as server:
        error = await failure(mail_settings(server.port), message)

    assert (error.reason, error.again) == ("malformed", False)
    assert server.received == []


def test_a_message_shows_nobody_in_its_repr() -> None:
    assert "jane" not in repr(CODE)
    assert "123456" not in repr(CODE)


def test_an_authority_that_is_not_there_is_named_by_its_setting(tmp_path: Path) -> None:
    settings = mail_settings(587, security="starttls", ca_file=tmp_path / "none.pem")
    with pytest.raises(OSError, match=r"mail\.ca_file"):
        Smtp(settings, FakeClock())


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail.test"},
        {"host": "mail.test", "sender": "nobody"},
        {"security": "none", "username": "mhud"},
        {"host": "mail.test\r\nX", "sender": "a@example.org"},
    ],
)
def test_settings_that_can_not_work_or_would_show_a_password_are_refused(
    wrong: dict[str, str],
) -> None:
    with pytest.raises(ValidationError):
        MailSettings.model_validate(wrong)
