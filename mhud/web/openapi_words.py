"""What the document says in words: of the whole, of each group, of rights and rates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mhud.services.access import PEOPLE_RATE, RATES
from mhud.web.ratelimit import ANONYMOUS, SIGN_IN, SIGN_IN_ADDRESS
from mhud.web.route import Api, Route

ABOUT = f"""The control daemon of a helpline that runs on Asterisk.

**Two dialects, one system.** What is under `/api/v1` speaks as the MHU API document prints it,
what is under `/helpline/api` as that of OpenCHS. Any credential opens both, as far as its rights
go. Events on `/ws` are in [`/docs/asyncapi.json`](/docs/asyncapi.json).

**Credentials**: `X-API-Key`, `Authorization: Bearer` with an access token, or a login's cookie.

**Rates**: requests per minute: a key of the tier standard has {RATES["standard"]}, premium
{RATES["premium"]}, enterprise its own number, people {PEOPLE_RATE}. Reads and commands are counted
apart, each up to the whole number, so that polling never keeps a command away. Without credentials
it is {ANONYMOUS} from one address; to sign in, {SIGN_IN} of one account from one address and
{SIGN_IN_ADDRESS} from one address. Every answer says what is left.

**Retries**: a POST that takes `Idempotency-Key` is done once for each key within 24 hours.

**Webhooks** (below): each event is posted to every webhook that wants it, at least once and in
order per call. 2xx within 5 seconds is success; 410 disables the webhook; after anything else it
is tried again. Without `include_details` the data has no number, no name and no text that somebody
wrote: those fields are missing.
"""

TAGS = {
    "agents": "People with a phone, what they do now, and their status.",
    "audit": "Who did what, when, from where.",
    "auth": "Access tokens.",
    "assignees": "To whom a case may be given.",
    "bulk": "Several operations in one request.",
    "callbacks": "Whom to call back.",
    "calls": "Calls now and before; starting, ending and steering them.",
    "cases": "Cases, their activities, contacts and files.",
    "categories": "What cases are about.",
    "changeAuth": "One's own password.",
    "clients": "Who calls: people, their sessions, and erasing them.",
    "communications": "Contacts with people, by whatever means.",
    "dispositions": "What came of a contact.",
    "drafts": "Unfinished forms.",
    "forms": "What forms offer to choose from.",
    "health": "Whether the daemon works, and its figures.",
    "documents": "These documents.",
    "invitations": "Links, good once, by which people set a password.",
    "keys": "API keys and what they are used for.",
    "lockouts": "Who has to wait before he may sign in.",
    "login": "Signing in with a password and a cookie.",
    "logout": "Ending the login that asks.",
    "phone": "Phones in browsers: SIP by `/phone`, with a secret of each page.",
    "queues": "Waiting lines, who waits there now, and their settings.",
    "recordings": "What was said, to listen to.",
    "reports": "Figures of a stretch of time, as a file.",
    "retention": "How long things are kept.",
    "roles": "What people may do.",
    "search": "Full text of cases.",
    "sendOTP": "Asking for a code to sign in with.",
    "sessions": "Where one is signed in.",
    "statistics": "Figures of cases.",
    "users": "People who sign in.",
    "verifyOTP": "Signing in with a code.",
    "webhooks": "Where events are sent to, and what became of each.",
}
_BUCKETS = {
    "poll": "Counted among the reads.",
    "command": "Counted among the commands.",
    "auth": f"Counted by address: {SIGN_IN_ADDRESS} a minute.",
}


def tags(used: Iterable[str]) -> list[dict[str, str]]:
    """Each with its words."""
    return [{"name": name, "description": TAGS.get(name, "")} for name in sorted(set(used))]


def description(api: Api, route: Route) -> str:
    """What the first line of the handler's words leaves open, then who may and how often."""
    rest = route.summary.partition("\n")[2].strip()
    return "\n\n".join(part for part in (rest, _needs(route), _rate(api, route)) if part)


def extensions(api: Api, route: Route) -> dict[str, Any]:
    """The same for programs. `x-rights`: any of them will do; none: any credential."""
    found: dict[str, Any] = {}
    if route.right is not None:
        found["x-rights"] = list(route.rights)
    if api.prefix:
        found["x-rate-bucket"] = route.bucket
    return found


def _needs(route: Route) -> str:
    if route.right is None:
        return "Needs no credentials."
    if not route.rights:
        return "Needs any credential."
    return f"Needs the right {' or '.join(route.rights)}."


def _rate(api: Api, route: Route) -> str:
    return _BUCKETS[route.bucket] if api.prefix else ""
