"""A client of mhud's own API: REST, events without missing one, webhooks verified.

It knows the models of the API and nothing else of the daemon. docs/integrators.md shows its use.
"""

from mhud.client.errors import BadSignature as BadSignature
from mhud.client.errors import ClientError as ClientError
from mhud.client.errors import Conflict as Conflict
from mhud.client.errors import EventsMissed as EventsMissed
from mhud.client.errors import Forbidden as Forbidden
from mhud.client.errors import Invalid as Invalid
from mhud.client.errors import NotFound as NotFound
from mhud.client.errors import PbxTimeout as PbxTimeout
from mhud.client.errors import PreconditionFailed as PreconditionFailed
from mhud.client.errors import RateLimited as RateLimited
from mhud.client.errors import Refused as Refused
from mhud.client.errors import Unauthenticated as Unauthenticated
from mhud.client.errors import Unavailable as Unavailable
from mhud.client.errors import UnexpectedAnswer as UnexpectedAnswer
from mhud.client.errors import Unreachable as Unreachable
from mhud.client.event import Event as Event
from mhud.client.events import Events as Events
from mhud.client.mhud import Mhud as Mhud
from mhud.client.reports import ReportFailed as ReportFailed
from mhud.client.webhooks import Delivery as Delivery
from mhud.client.webhooks import verify as verify_webhook
from mhud.client.webhooks import verify_mhu as verify_mhu_signature

__all__ = [
    "BadSignature",
    "ClientError",
    "Conflict",
    "Delivery",
    "Event",
    "Events",
    "EventsMissed",
    "Forbidden",
    "Invalid",
    "Mhud",
    "NotFound",
    "PbxTimeout",
    "PreconditionFailed",
    "RateLimited",
    "Refused",
    "ReportFailed",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
    "verify_mhu_signature",
    "verify_webhook",
]
