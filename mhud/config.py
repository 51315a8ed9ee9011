"""Every setting, one frozen tree: TOML file < environment (MHUD_…) < systemd credentials."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from mhud.config_helpline import HelplineSettings
from mhud.config_keeping import AttachmentSettings as AttachmentSettings
from mhud.config_types import Context, Hours, Line, Pattern, Section
from mhud.live.words import SlaFormula


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


OURS = frozenset(
    ("AUTO_ANSWER", "BACK", "CALLER_ID", "CONSULT", "HOLD", "MOVED_FROM", "TARGET", "UNRECORDED")
)
"""What the dialplan has from mhud under `MHU_` and these names (docs/dialplan.md)."""


class OriginateSettings(Section):
    """Outbound calls that the API starts."""

    context: Line = Field("outbound", description="Dialplan context that dials the destination.")
    allowed: tuple[Pattern, ...] = Field(
        (r"^\+?[0-9]{3,15}$",), description="A destination must match one of these patterns."
    )
    plus: Literal["keep", "strip", "00"] = Field(
        "keep", description="How a leading + reaches the dialplan."
    )
    agent_ring_s: int = Field(30, gt=0, le=300, description="How long the agent's phone rings.")
    max_simultaneous: int = Field(20, gt=0, description="More must wait, priority 1 first.")
    wait_s: int = Field(60, gt=0, description="A waiting originate expires after this.")
    variables: tuple[str, ...] = Field(
        ("case_id",), description="Client variables that go to Asterisk as MHU_<name>."
    )
    auto_answer_header: bool = Field(
        True, description="Ask the agent's phone to answer by itself (Alert-Info, Call-Info)."
    )

    @field_validator("variables")
    @classmethod
    def _none_of_ours(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """With those an API consumer could switch recording off, or lead a consultation astray."""
        if taken := OURS & {name.upper() for name in names}:
            raise ValueError(
                f"{', '.join(sorted(taken))}: by MHU_ and that, call control is steered"
            )
        return names


class ControlSettings(Section):
    """Call control by API, through a few contexts of the dialplan: see docs/dialplan.md."""

    queue_context: Context = Field("queues", description="Extensions are the queues' ids.")
    agent_context: Context = Field(
        "transfer-agent", description="Rings the agent of an extension for a transferred call."
    )
    number_context: Context = Field(
        "transfer-number", description="Calls a number for a transferred call."
    )
    consult_context: Context = Field(
        "consult", description="Extension 1 goes to MHU_TARGET: attended transfers."
    )
    consult_wait_s: float = Field(
        8, gt=0, description="Longest wait until a consultation has begun."
    )
    monitor_context: Context = Field(
        "supervise", description="Extensions listen, whisper and barge: ChanSpy on spy_target."
    )
    hold_feature: Context = Field(
        "mhu-hold", description="In applicationmap of features.conf: plays music to the other."
    )
    hold_keys: str = Field(
        "*#8", pattern=r"^[0-9A-D*#]{0,8}$", description="Its keys; empty: phones hold themselves."
    )
    key_ms: int = Field(160, ge=40, le=1000, description="How long each digit sounds.")


class QueueSettings(Section):
    """What Asterisk does not know about a queue. `mhud` settings changed by API win over these."""

    name: str | None = Field(None, description="Shown name; default the id.")
    extension: str | None = Field(None, description="What one dials to reach it.")
    max_wait_time: int | None = Field(None, gt=0, description="Seconds a caller waits at most.")
    announcement_id: str | None = Field(None, description="A key of asterisk.announcements.")
    music_on_hold_id: str | None = Field(None, description="A key of asterisk.music_on_hold.")
    service_level_seconds: int | None = Field(
        None, gt=0, description="Answered within this many seconds is good; default Asterisk's."
    )
    sla_formula: SlaFormula = Field(
        SlaFormula.WITHOUT_ABANDONED,
        description="`without-abandoned`, `handled-only`, `positive` or `negative`; see api.md.",
    )
    wrap_up_seconds: int = Field(10, ge=0, le=3600, description="Pause after a call; 0: none.")
    max_waiting: int | None = Field(
        None, ge=0, description="More waiting callers give queue.threshold_exceeded."
    )
    max_longest_wait: int | None = Field(
        None, gt=0, description="A longer wait in seconds gives queue.threshold_exceeded."
    )
    operating_hours: Hours = Field(
        None, description='Day → start and end, as `{start = "09:00", end = "17:00"}`.'
    )


class AsteriskSettings(Section):
    """Files and tables that mhud shares with Asterisk on the same host."""

    queue_include: Path | None = Field(
        None,
        description="The include of queues.conf that is mhud's own; without it the settings "
        "of queues.conf can't be changed by API.",
    )
    announcements: dict[str, Line] = Field(
        default_factory=dict, description="announcement_id → sound file name."
    )
    music_on_hold: dict[str, Line] = Field(
        default_factory=dict, description="music_on_hold_id → class of musiconhold.conf."
    )
    recordings: Path | None = Field(
        None, description="Where MixMonitor writes; checked by `mhud doctor`."
    )


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
    originate: OriginateSettings = OriginateSettings()
    control: ControlSettings = ControlSettings()
    asterisk: AsteriskSettings = AsteriskSettings()
    queues: dict[str, QueueSettings] = Field(default_factory=dict)
    queue_defaults: QueueSettings = QueueSettings()
    reason_codes: dict[str, int | None] = Field(
        default_factory=_default_reasons,
        description="Pause reason → minutes planned for it; nobody is made to end it.",
    )
    tokens: TokenSettings = TokenSettings()
    feeds: FeedSettings = FeedSettings()
    attachments: AttachmentSettings = AttachmentSettings()
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
    """systemd's LoadCredential=ami_secret:… becomes ami.secret."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / "ami_secret" if folder else None
    if path is None or not path.is_file():
        return {}
    return {"ami": {"secret": path.read_text().strip()}}


def load(path: Path | None = None, **overrides: Any) -> Settings:
    """Reads the TOML file (default: MHUD_CONFIG, else /etc/mhud/mhud.toml if it is there).

    Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError.
    """
    named = path or (Path(os.environ["MHUD_CONFIG"]) if "MHUD_CONFIG" in os.environ else None)
    default = Path("/etc/mhud/mhud.toml")
    chosen = named or (default if default.is_file() else None)
    tree = tomllib.loads(chosen.read_text()) if chosen else {}
    return Settings(**{**tree, **overrides})
