"""What one may do: rules, without HTTP and without SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mhud.numbers import Numbers
from mhud.vitals import Vitals

if TYPE_CHECKING:
    from mhud.ami.link import AmiLink
    from mhud.clock import Clock
    from mhud.config import Settings
    from mhud.feeds.bus import Bus
    from mhud.feeds.ledger import Ledger
    from mhud.pump import Pump
    from mhud.services.access import Access
    from mhud.services.agents import Agents
    from mhud.services.attachments import Attachments
    from mhud.services.calls import Calls
    from mhud.services.case_views import CaseViews
    from mhud.services.cases import Cases
    from mhud.services.checkup import Checkup
    from mhud.services.client_desk import ClientDesk
    from mhud.services.contact_desk import ContactDesk
    from mhud.services.invitation_mail import InvitationMail
    from mhud.services.otp import Otp
    from mhud.services.phones import Phones
    from mhud.services.queues import Queues
    from mhud.services.recordings import Recordings
    from mhud.services.report_desk import ReportDesk
    from mhud.services.retention import Retention
    from mhud.services.steering import Steering
    from mhud.services.supervision import Supervision
    from mhud.services.targets import Targets
    from mhud.services.trail import Trail
    from mhud.services.usage import KeyUsage
    from mhud.services.webhooks import Webhooks
    from mhud.store.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may reach. Built once in daemon.py."""

    settings: Settings  # as they were at the start
    vitals: Vitals = field(default_factory=Vitals, kw_only=True)
    numbers: Numbers = field(default_factory=Numbers, kw_only=True)
    clock: Clock
    pump: Pump
    link: AmiLink
    db: Database
    access: Access
    otp: Otp
    invited: InvitationMail
    ledger: Ledger
    bus: Bus
    calls: Calls
    agents: Agents
    queues: Queues
    trail: Trail
    clients: ClientDesk
    targets: Targets
    steering: Steering
    phones: Phones
    supervision: Supervision
    cases: Cases
    case_views: CaseViews
    contacts: ContactDesk
    attachments: Attachments
    recordings: Recordings
    retention: Retention
    reports: ReportDesk
    checkup: Checkup
    usage: KeyUsage
    webhooks: Webhooks

    def reconfigure(self, settings: Settings) -> None:
        """Other settings hold from now on, as far as they may change (mhud/reload.py)."""
        self.agents.configure(settings)
        self.calls.configure(settings)
        self.queues.configure(settings)
        self.targets.configure(settings)
        self.cases.configure(settings)
        self.retention.configure(settings)
        self.reports.mail.configure(settings)
        self.supervision.monitoring.configure(settings)
        self.access.tokens = settings.tokens
        self.access.logins.settings = settings.logins
