"""Settings of messages to people: by e-mail, by SMS through somebody's HTTP gateway."""

from __future__ import annotations

import json
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from mhud.config_types import Line, Linking, Pattern, Section

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class MailSettings(Section):
    """An SMTP server that takes our messages."""

    host: Line | None = Field(None, description="The SMTP server. Unset: no e-mail is sent.")
    port: int = Field(587, gt=0, lt=65536, description="587 for `starttls`, 465 for `tls`.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="`starttls` goes on only encrypted; `none` is for a relay on this machine.",
    )
    username: Line | None = Field(None, description="Unset: the server asks for none.")
    password: SecretStr = Field(
        SecretStr(""), description="May also be a systemd credential named `mail_password`."
    )
    sender: Line | None = Field(None, description="As in `Helpline <no-reply@example.org>`.")
    ca_file: Path | None = Field(
        None, description="PEM file of the authority that signed the server's certificate."
    )
    timeout_s: float = Field(15, gt=0, le=60, description="Longest time that a message may take.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host is not None and "@" not in parseaddr(self.sender or "")[1]:
            raise ValueError("sender is required with host, as in no-reply@example.org")
        if self.security == "none" and self.username is not None:
            raise ValueError("a password is not sent in the clear: use starttls or tls")
        return self


class SmsSettings(Section):
    """One HTTP request per message. `{number}` and `{text}` stand for what is sent."""

    url: SecretStr | None = Field(
        None,
        description="Of the gateway; may hold `{number}` and `{text}`. Unset: no SMS is sent.",
    )
    method: Literal["POST", "PUT", "GET"] = Field("POST", description="Of the request.")
    headers: dict[str, SecretStr] = Field(
        default_factory=dict, description='As `{Authorization = "Bearer …"}`.'
    )
    form: dict[str, SecretStr] = Field(
        default_factory=dict, description='Form fields, as `{to = "{number}", message = "{text}"}`.'
    )
    json_body: SecretStr | None = Field(
        None,
        description="A JSON text instead of a form; its strings hold `{number}` and `{text}`.",
    )
    accepted: Pattern | None = Field(
        None, description="Must be found in a good answer, where 200 alone says too little."
    )
    timeout_s: float = Field(15, gt=0, le=60, description="Longest time that a message may take.")

    @field_validator("headers")
    @classmethod
    def _sane(cls, headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in headers.items():
            if not _HEADER.fullmatch(name) or re.search(
                r"[\x00-\x1f\x7f]", value.get_secret_value()
            ):
                raise ValueError(
                    "a header has a name of letters, digits and -, and one line of text"
                )
        return headers

    @field_validator("json_body")
    @classmethod
    def _is_json(cls, body: SecretStr | None) -> SecretStr | None:
        if body is not None:
            try:
                json.loads(body.get_secret_value())
            except ValueError:
                raise ValueError("is no JSON text") from None  # which would quote the secret in it
        return body

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.url is None:
            return self
        url = self.url.get_secret_value()
        if not url.startswith(("https://", "http://")):
            raise ValueError("url must begin with https:// or http://")
        if self.json_body is not None and self.form:
            raise ValueError("form and json_body exclude each other")
        body = [one.get_secret_value() for one in (*self.form.values(), self.json_body) if one]
        for placeholder in ("{number}", "{text}"):
            if not any(placeholder in part for part in (url, *body)):
                raise ValueError(f"{placeholder} stands nowhere in url, form or json_body")
        return self


class OtpSettings(Section):
    """One-time codes for signing in."""

    sms_per_hour: int = Field(
        100, gt=0, description="SMS to all recipients together: what an abuse can cost."
    )
    subject: Line = Field("Your sign-in code", description="Of the e-mail.")
    text: str = Field(
        "{code} is your code for signing in to {organization}. It is good for 5 minutes. "
        "If you did not ask for it, somebody typed your address; nothing needs to be done.",
        description="Of the e-mail. `{code}` and `{organization}` are filled in.",
    )
    sms_text: str = Field(
        "{code} is your code for {organization}, good for 5 minutes.",
        description="Of the SMS, of which 160 characters cost one message.",
    )

    @field_validator("text", "sms_text")
    @classmethod
    def _tells_the_code(cls, text: str) -> str:
        if "{code}" not in text:
            raise ValueError("{code} stands nowhere in it")
        return text


class InvitationSettings(Section):
    """E-mails with a link by which somebody sets his password."""

    subject: Line = Field("Your sign-in link", description="Of the e-mail.")
    text: Linking = Field(
        "Hello {name},\n\nwith this link you set your password for {organization}:\n\n{link}\n\n"
        "It is good once, until {expires}. It belongs to you alone: give it to nobody. "
        "If you expected no such mail, tell your administrator.",
        description="Of the e-mail. `{name}`, `{organization}`, `{link}` and `{expires}` are "
        "filled in.",
    )
