"""Everything by which an agent steers his call: transfers, consultations, hold, keypad."""

from __future__ import annotations

from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.config import Settings
from mhud.pump import Pump
from mhud.services.consulting import Consulting
from mhud.services.control import Control
from mhud.services.holds import Holds
from mhud.services.keypad import Keypad
from mhud.services.targets import Targets
from mhud.services.trail import Trail
from mhud.services.transfers import Transfers


class Steering:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        pump: Pump,
        link: AmiLink,
        control: Control,
        targets: Targets,
        trail: Trail,
    ) -> None:
        chosen = settings.control
        self.holds = Holds(chosen, pump, link, control, trail)
        self.keypad = Keypad(chosen, clock, control, trail)
        self.transfers = Transfers(control, targets, trail)
        self.consulting = Consulting(chosen, pump, link, control, targets, self.holds, trail)
