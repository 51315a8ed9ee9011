"""Everything that supervisors, and agents for themselves, do to what goes on besides transfers."""

from __future__ import annotations

from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.config import Settings
from mhud.pump import Pump
from mhud.services.calls import Calls
from mhud.services.control import Control
from mhud.services.help import Help
from mhud.services.monitoring import Monitoring
from mhud.services.moving import Moving
from mhud.services.noting import Noting
from mhud.services.targets import Targets
from mhud.services.trail import Trail
from mhud.services.writing_up import WritingUp


class Supervision:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        pump: Pump,
        link: AmiLink,
        calls: Calls,
        control: Control,
        targets: Targets,
        trail: Trail,
    ) -> None:
        self.monitoring = Monitoring(settings, clock, pump, control, trail)
        self.noting = Noting(clock, pump, control, calls, trail)
        self.moving = Moving(clock, pump, link, control, targets, trail)
        self.help = Help(settings, clock, pump, trail)
        self.writing_up = WritingUp(settings, clock, pump, trail)
