"""Settings of the helpline itself: where it is, for those who call."""

from __future__ import annotations

from pydantic import Field, field_validator

from mhud.config_types import Line, Section


class HelplineSettings(Section):
    organization: Line = Field("Helpline", description="Its name, as people see it.")
    region: str | None = Field(
        None,
        description="Country of numbers without a country code, two letters as `KE`. "
        "Unset: such numbers compare by their digits.",
    )

    @field_validator("region")
    @classmethod
    def _known(cls, region: str | None) -> str | None:
        from phonenumbers import SUPPORTED_REGIONS  # 3 MB, which most commands do not need

        if region is not None and region not in SUPPORTED_REGIONS:
            raise ValueError("is no country's two letters (ISO 3166-1), such as KE")
        return region
