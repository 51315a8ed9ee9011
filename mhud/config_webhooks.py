"""How webhooks are delivered, and to which addresses."""

from __future__ import annotations

import ipaddress

from pydantic import Field, field_validator

from mhud.config_types import Section


class WebhookSettings(Section):
    """Events that are posted to other systems. docs/webhooks.md says what a receiver gets."""

    timeout_s: float = Field(5, gt=0, description="Seconds that a receiver has for its answer.")
    at_once: int = Field(
        8, gt=0, le=64, description="Deliveries under way to one webhook at the same time."
    )
    retry_s: float = Field(
        60, gt=0, description="Pause after the second failure; it doubles with each one."
    )
    retry_max_s: float = Field(3600, gt=0, description="Longest pause between two tries.")
    give_up_s: float = Field(
        86_400, gt=0, description="Older than this, a delivery that fails again is given up."
    )
    rotation_s: float = Field(
        86_400, gt=0, description="How long the old secret still signs while a new one comes in."
    )
    allowed_networks: tuple[str, ...] = Field(
        (), description="Networks that are not public, and yet may be posted to."
    )
    most: int = Field(100, gt=0, le=1000, description="How many webhooks there may be.")

    @field_validator("allowed_networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network)
        return networks
