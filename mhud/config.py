"""Every setting, one frozen tree: TOML file < environment (MHUD_…) < systemd credentials."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from mhud.config_calls import AsteriskSettings as AsteriskSettings
from mhud.config_calls import ControlSettings as ControlSettings
from mhud.config_calls import OriginateSettings as OriginateSettings
from mhud.config_calls import QueueSettings as QueueSettings
from mhud.config_cases import CaseSettings
from mhud.config_helpline import HelplineSettings
from mhud.config_keeping import AttachmentSettings as AttachmentSettings
from mhud.config_keeping import RetentionSettings as RetentionSettings
from mhud.config_logins import LoginSettings as LoginSettings
from mhud.config_messages import InvitationSettings as InvitationSettings
from mhud.config_messages import MailSettings as MailSettings
from mhud.config_messages import OtpSettings as OtpSettings
from mhud.config_messages import SmsSettings as SmsSettings
from mhud.config_phone import PhoneSettings
from mhud.config_recordings import RecordingSettings as RecordingSettings
from mhud.config_reports import ReportSettings as ReportSettings
from mhud.config_store import StoreSettings as StoreSettings
from mhud.config_types import Line, Section
from mhud.config_webhooks import WebhookSettings as WebhookSettings


class AmiSettings(Section):
    """The connection to Asterisk's manager interface."""

    host: Line = Field("127.0.0.1", description="Where Asterisk's AMI listens.")
    port: int = Field(5038, gt=0, lt=65536, description="Its port.")
    username: Line = Field("mhud", description="A section of manager.conf.")
    secret: SecretStr = Field(SecretStr(""), description="From manager.conf. Never an argument.")
    connect_timeout_s: float = Field(5, gt=0, description="Seconds for connecting and login.")
    action_timeout_s: float = Field(
        5, gt=0, description="Longest wait for the answer to an action."
    )
    ping_every_s: float = Field(10, gt=0, description="Seconds between pings.")
    silence_limit_s: float = Field(
        25, gt=0, description="No byte for this long, in spite of pings: the link is dead."
    )
    retry_s: float = Field(1, gt=0, description="First pause before a new connection.")
    retry_max_s: float = Field(15, gt=0, description="Longest pause; it doubles until then.")
    login_retry_s: float = Field(30, gt=0, description="Pause after a refused password.")


class HttpSettings(Section):
    host: Line = Field("127.0.0.1", description="Where the API listens.")
    port: int = Field(8080, ge=0, lt=65536, description="0: any free one.")
    public_url: str | None = Field(
        None, description="What clients type to reach mhud; checked by `mhud doctor`."
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Networks whose X-Forwarded-For is believed."
    )
    cors_origins: tuple[str, ...] = Field(
        (), description="Origins whose pages may use the API with a key or a token."
    )
    max_body_bytes: int = Field(1_048_576, gt=0, description="A larger request is refused (413).")
    tls_certificate: Path | None = Field(
        None, description="PEM file, with what is between it and the root. With `tls_key`: HTTPS."
    )
    tls_key: Path | None = Field(None, description="PEM file without a password.")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        return self


def _default_reasons() -> dict[str, int | None]:
    return {
        "break": 5,
        "lunch": 60,
        "meeting": 120,
        "training": 180,
        "personal": 30,
        "coaching": 60,
        "technical": None,
        "other": None,
    }


class TokenSettings(Section):
    access_hours: float = Field(24, gt=0, description="How long an access token works.")
    refresh_days: float = Field(30, gt=0, description="How long a refresh token works.")


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is logged."
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto`: console on a terminal, else JSON."
    )


class FeedSettings(Section):
    """Events on their way out."""

    ledger_bound: int = Field(10_000, gt=0, description="Events that may wait for the disk.")
    ledger_keep_days: int = Field(30, gt=0, description="How long events can be resumed from.")
    socket_buffer_bytes: int = Field(1_048_576, ge=262_144, description="A slower client is cut.")
    socket_ping_s: float = Field(20, gt=0, description="Seconds between pings of a socket.")
    auth_timeout_s: float = Field(5, gt=0, description="Seconds for a socket's first message.")


class Settings(BaseSettings):
    """The whole tree. Frozen; unknown keys are errors."""

    model_config = SettingsConfigDict(
        env_prefix="MHUD_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    ami: AmiSettings = AmiSettings()
    http: HttpSettings = HttpSettings()
    data_dir: Path = Field(Path("/var/lib/mhud"), description="Database and keys.")
    timezone: ZoneInfo = Field(ZoneInfo("UTC"), description="Where the helpline's day begins.")
    helpline: HelplineSettings = HelplineSettings()
    cases: CaseSettings = CaseSettings()
    originate: OriginateSettings = OriginateSettings()
    control: ControlSettings = ControlSettings()
    phone: PhoneSettings = PhoneSettings()
    asterisk: AsteriskSettings = AsteriskSettings()
    queues: dict[str, QueueSettings] = Field(default_factory=dict)
    queue_defaults: QueueSettings = QueueSettings()
    reason_codes: dict[str, int | None] = Field(
        default_factory=_default_reasons,
        description="Pause reason → minutes planned for it; nobody is made to end it.",
    )
    tokens: TokenSettings = TokenSettings()
    logins: LoginSettings = LoginSettings()
    otp: OtpSettings = OtpSettings()
    invitations: InvitationSettings = InvitationSettings()
    mail: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()
    feeds: FeedSettings = FeedSettings()
    webhooks: WebhookSettings = WebhookSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    recordings: RecordingSettings = RecordingSettings()
    reports: ReportSettings = ReportSettings()
    retention: RetentionSettings = RetentionSettings()
    store: StoreSettings = StoreSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The file is passed as init arguments, so it comes last; credentials come first."""
        credentials = InitSettingsSource(settings_cls, _credentials())
        return credentials, env_settings, init_settings


class IsolatedSettings(Settings):
    """Only what it is given: the demo must not find a production system in its environment."""

    outbox: Path | None = None
    """Where messages go instead of to people. Whoever reads the folder may sign in as they."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def _credentials() -> dict[str, Any]:
    """systemd's LoadCredential=ami_secret:… becomes ami.secret, mail_password mail.password."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    found: dict[str, Any] = {}
    for section, name in (("ami", "secret"), ("mail", "password"), ("store", "key")):
        path = Path(folder) / f"{section}_{name}" if folder else None
        if path is not None and path.is_file():
            found[section] = {name: path.read_text().strip()}
    return found


def load(path: Path | None = None, **overrides: Any) -> Settings:
    """Reads the TOML file (default: MHUD_CONFIG, else /etc/mhud/mhud.toml if it is there).

    Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError.
    """
    named = path or (Path(os.environ["MHUD_CONFIG"]) if "MHUD_CONFIG" in os.environ else None)
    default = Path("/etc/mhud/mhud.toml")
    chosen = named or (default if default.is_file() else None)
    tree = tomllib.loads(chosen.read_text()) if chosen else {}
    return Settings(**{**tree, **overrides})
