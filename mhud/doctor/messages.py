"""Would messages to people leave? Nothing is sent; credentials are tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mhud.clock import Clock
from mhud.config import MailSettings, Settings, SmsSettings
from mhud.doctor.check import Check, ok, wrong
from mhud.messages.gateway import Gateway
from mhud.messages.message import Undelivered
from mhud.messages.smtp import Smtp

MAIL, SMS = "mail.server", "sms.gateway"
_FIXES = {
    "unreachable": "{section}.{where}: is it right, does a firewall keep mhud from it?",
    "timeout": "{section}.{where}: is it right, does a firewall keep mhud from it?",
    "tls": "a certificate that is known here and names this host; for mail: mail.ca_file, and "
    "mail.security = tls with port 465, starttls with port 587",
    "not-offered": "mail.security and mail.port: tls with 465, starttls with 587",
    "login-refused": "mail.username, and the credential mail_password",
}


async def checks(settings: Settings, clock: Clock) -> list[Check]:
    return [await _mail(settings.mail, clock), await _sms(settings.sms)]


async def _mail(mail: MailSettings, clock: Clock) -> Check:
    if mail.host is None:
        return ok(MAIL, "No mail server is set: nobody gets a code by e-mail.")
    try:
        server = Smtp(mail, clock)
    except OSError as error:
        return wrong(MAIL, f"mhud will not start: {error}.", "mail.ca_file to a PEM file")
    return await _reached(MAIL, "The mail server", "mail", "host", server.reach)


async def _sms(sms: SmsSettings) -> Check:
    if sms.url is None:
        return ok(SMS, "No gateway is set: nobody gets a code by SMS.")
    return await _reached(SMS, "The SMS gateway", "sms", "url", Gateway(sms).reach)


async def _reached(
    name: str, who: str, section: str, where: str, reach: Callable[[], Awaitable[None]]
) -> Check:
    try:
        await reach()
    except Undelivered as error:
        fix = _FIXES.get(error.reason, "the log of the server says why")
        return wrong(
            name, f"{who} takes nothing: {error.reason}.", fix.format(section=section, where=where)
        )
    return ok(name, f"{who} takes mhud's connection.")
