"""Who may do what with whose: one line for each route of both dialects, and each way to use it.

A line that is missing, or that has no route, fails tests/web/test_rights_matrix.py.
"""

from __future__ import annotations

from dataclasses import dataclass

ASKERS = ("operator", "case_manager", "supervisor", "admin", "view_key")
"""Each role, and a key that was given every `view_` right of an administrator, and nothing else."""

WHOSE = ("own", "another's", "nobody's")
OF: dict[str, tuple[str, ...]] = {
    "-": ("",),
    "agent": WHOSE[:2],
    "asking": WHOSE[:2],  # an agent who asks for help
    "newcomer": WHOSE[:1],  # a person without a phone
    "recruit": WHOSE[:1],  # a person with a phone, offline
    "call": WHOSE,  # nobody's: the caller still waits
    "callback": WHOSE,
    "case": WHOSE,
    "deleted": WHOSE,  # cases
    "file": WHOSE,  # of a case
    "contact": WHOSE,  # on a case
    "loose": WHOSE[:2],  # a contact on no case
    "client": WHOSE[:2],
    "visit": WHOSE[:2],  # a client session
    "draft": WHOSE[:2],
    "key": WHOSE[:2],
    "login": WHOSE[:2],
    "recording": WHOSE[:1],  # of a call; whose it was is all the same
    "silence": WHOSE[:1],  # a recording that failed
    "report": WHOSE[:2],
    "schedule": WHOSE[:2],  # of reports
    "user": WHOSE[:2],
    "webhook": WHOSE[:1],  # whose it was is all the same
    "delivery": WHOSE[:1],  # of a webhook
}
"""Whose there are, of what a line is about. Own: made by him. Another's: of another operator."""

OUTCOMES = {
    "+": "done, and shown whole",
    "~": "shown, without the number",
    "-": "answered, but it is not in the list",
    "x": "403",
    "o": "404, as if there were none",
    "u": "401",
    "c": "409",
    "b": "400",
    "s": "503",
}
"""Where a command is let through, the lost link to Asterisk stops it: that is `+` too."""

TABLE = """
# route and what is sent                                    of what   oper manag super admin key

# Calls: everybody sees all; operators act on their own, and read the numbers of their own.
GET    /api/v1/calls/active                                 call      +~~  +~~  +++  +++  +++
GET    /api/v1/calls                                        -         +    +    +    +    +
GET    /api/v1/calls/{call_id}                              call      +~~  +~~  +++  +++  +++
GET    /api/v1/calls/{call_id}/segments                     call      +++  +++  +++  +++  +++
POST   /api/v1/calls/outbound                               agent     +x   +x   ++   ++   xx
POST   /api/v1/calls/{call_id}/end                          call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/transfer                     call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/transfer/complete            call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/transfer/cancel              call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/complete                     call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/cancel                       call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/hold                         call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/unhold                       call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/dtmf                         call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/recording/pause              call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/recording/resume             call      +xx  +xx  +++  +++  xxx
PUT    /api/v1/calls/{call_id}/tags                         call      +xx  +xx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/move                         call      xxx  xxx  +++  +++  xxx
POST   /api/v1/calls/{call_id}/monitor                      call      xxx  xxx  +++  +++  xxx

# Recordings: heard by who oversees; tried anew by who mends.
GET    /api/v1/recordings                                   -         x    x    +    +    +
GET    /api/v1/calls/{call_id}/recording                    recording x    x    +    +    +
POST   /api/v1/calls/{call_id}/recording/retry              silence   x    x    x    +    x
GET    /recordings/{name}                                   recording x    x    +    +    +

# Agents and queues: seen by all; an operator changes his own state.
GET    /api/v1/agents                                       agent     ++   ++   ++   ++   ++
GET    /api/v1/agents/status                                agent     ++   ++   ++   ++   ++
GET    /api/v1/agents/{agent_id}                            agent     ++   ++   ++   ++   ++
GET    /api/v1/agents/roster                                -         x    x    +    +    +
POST   /api/v1/agents                                       newcomer  x    x    x    +    x
PUT    /api/v1/agents/{agent_id}                            agent     xx   xx   ++   ++   xx
PUT    /api/v1/agents/{agent_id} phone                      recruit   x    x    x    +    x
DELETE /api/v1/agents/{agent_id}                            recruit   x    x    x    +    x
PUT    /api/v1/agents/{agent_id}/status                     agent     +x   +x   ++   ++   xx
POST   /api/v1/agents/{agent_id}/wrap-up/extend             agent     +x   +x   ++   ++   xx
POST   /api/v1/agents/{agent_id}/wrap-up/end                agent     +x   +x   ++   ++   xx
POST   /api/v1/agents/{agent_id}/help                       agent     +x   +x   ++   ++   xx
POST   /api/v1/agents/{agent_id}/help/answer                asking    xx   xx   ++   ++   xx
POST   /api/v1/agents/{agent_id}/help/end                   asking    +x   +x   ++   ++   xx
GET    /api/v1/agents/{agent_id}/phone                      agent     ss   ss   ss   ss   ss
GET    /api/v1/phone                                        -         s    s    s    s    x
POST   /api/v1/phone                                        -         +    +    +    +    x
POST   /api/v1/phone/rejoin                                 -         +    +    +    +    x
GET    /api/v1/queues                                       -         +    +    +    +    +
GET    /api/v1/queues/today                                 -         +    +    +    +    +
GET    /api/v1/queues/stats                                 -         +    +    +    +    +
GET    /api/v1/queues/{queue_id}                            -         +    +    +    +    +
GET    /api/v1/queues/{queue_id}/members                    -         +    +    +    +    +
GET    /api/v1/forms                                        -         +    +    +    +    +
PUT    /api/v1/queues/{queue_id}                            -         x    x    +    +    x

# Clients are everybody's who helps; a contact with one is kept by its agent.
GET    /api/v1/clients/search                               client    ++   ++   ++   ++   ++
GET    /api/v1/clients/lookup                               -         +    +    +    +    +
GET    /api/v1/clients/lookup of a call                     call      +xx  +xx  +++  +++  +++
POST   /api/v1/clients                                      -         +    +    +    +    x
GET    /api/v1/clients/{client_id}                          client    ++   ++   ++   ++   ++
PUT    /api/v1/clients/{client_id}                          client    ++   ++   ++   ++   xx
POST   /api/v1/clients/{client_id}/merge                    client    ++   ++   ++   ++   xx
DELETE /api/v1/clients/{client_id}                          client    xx   xx   xx   ++   xx
GET    /api/v1/clients/{client_id}/sessions                 visit     ++   ++   ++   ++   ++
POST   /api/v1/clients/{client_id}/sessions                 client    ++   ++   ++   ++   xx
POST   /api/v1/clients/{client_id}/sessions for an agent    agent     +x   +x   ++   ++   xx
PUT    /api/v1/clients/{client_id}/sessions/{session_id}    visit     +x   +x   ++   ++   xx

# Work in progress: a draft is private, whatever one's rights.
GET    /api/v1/drafts                                       draft     +-   +-   +-   +-   xx
GET    /api/v1/drafts/{call_id}                             draft     +o   +o   +o   +o   xx
PUT    /api/v1/drafts/{call_id}                             draft     ++   ++   ++   ++   xx
DELETE /api/v1/drafts/{call_id}                             draft     +o   +o   +o   +o   xx
GET    /api/v1/callbacks                                    callback  +-~  +-~  +++  +++  xxx
POST   /api/v1/callbacks                                    -         +    +    +    +    x
POST   /api/v1/callbacks on a case                          case      +oo  +o+  +++  +++  xxx
GET    /api/v1/callbacks/missed                             -         +    +    +    +    x
GET    /api/v1/callbacks/{callback_id}                      callback  +o~  +o~  +++  +++  xxx
PUT    /api/v1/callbacks/{callback_id} take                 callback  +o+  +o+  +++  +++  xxx
PUT    /api/v1/callbacks/{callback_id} give away            callback  xox  xox  +++  +++  xxx
PUT    /api/v1/callbacks/{callback_id} onto a case          case      +oo  +o+  +++  +++  xxx

# Cases: one's own; case managers see and take what is nobody's, supervisors see all.
GET    /helpline/api/cases                                  case      +--  +-+  +++  +++  +++
GET    /helpline/api/cases deleted                          deleted   xxx  xxx  xxx  +++  xxx
GET    /helpline/api/search/cases                           case      +--  +-+  +++  +++  +++
GET    /helpline/api/statistics/cases                       case      +--  +-+  +++  +++  +++
GET    /helpline/api/cases/{case_id}                        case      +oo  +o+  +++  +++  +++
GET    /helpline/api/cases/{case_id} deleted                deleted   ooo  ooo  ooo  ooo  ooo
POST   /helpline/api/cases                                  -         +    +    +    +    x
POST   /helpline/api/cases for himself                      -         x    +    +    +    x
POST   /helpline/api/cases for another                      -         x    x    +    +    x
PUT    /helpline/api/cases/{case_id}                        case      +oo  +ox  +++  +++  xxx
POST   /helpline/api/cases/{case_id}                        case      +oo  +ox  +++  +++  xxx
PUT    /helpline/api/cases/{case_id} deleted                deleted   ooo  ooo  ooo  ooo  xxx
PUT    /helpline/api/cases/{case_id} notes                  case      +oo  +o+  +++  +++  xxx
PUT    /helpline/api/cases/{case_id} escalate               case      +oo  +o+  +++  +++  xxx
PUT    /helpline/api/cases/{case_id} take                   case      xoo  +o+  +++  +++  xxx
POST   /helpline/api/cases/{case_id} take                   case      xoo  +o+  +++  +++  xxx
PUT    /helpline/api/cases/{case_id} give away              case      xoo  xox  +++  +++  xxx
POST   /helpline/api/cases/{case_id} give away              case      xoo  xox  +++  +++  xxx
DELETE /helpline/api/cases/{case_id}                        case      xxx  xxx  xxx  +++  xxx
POST   /helpline/api/cases/{case_id}/restore                deleted   xxx  xxx  xxx  +++  xxx
GET    /helpline/api/cases/{case_id}/activities             case      +oo  +o+  +++  +++  +++
POST   /helpline/api/cases/{case_id}/activities             case      +oo  +o+  +++  +++  xxx
POST   /helpline/api/cases/{case_id}/activities escalate    case      +oo  +o+  +++  +++  xxx
GET    /helpline/api/cases/{case_id}/attachments            file      +oo  +o+  +++  +++  +++
POST   /helpline/api/cases/{case_id}/attachments            case      +oo  +o+  +++  +++  xxx
GET    /helpline/api/cases/{case_id}/attachments/{attachment_id} file +oo  +o+  +++  +++  +++
GET    /helpline/api/cases/{case_id}/communications         contact   +oo  +o+  +++  +++  +++
POST   /helpline/api/communications                         -         +    +    +    +    x
POST   /helpline/api/communications on a case               case      +oo  +o+  +++  +++  xxx
GET    /helpline/api/communications/pending                 -         +    +    +    +    x
GET    /helpline/api/communications/{communication_id}      contact   +oo  +o+  +++  +++  +++
GET    /helpline/api/communications/{communication_id} of no case loose +o  +o   ++   ++   ++
PUT    /helpline/api/communications/{communication_id}      contact   +oo  +ox  +++  +++  xxx
PUT    /helpline/api/communications/{communication_id} of no case loose +o  +o   ++   ++   xx
PUT    /helpline/api/communications/{communication_id} onto a case case +oo +o+ +++ +++ xxx
GET    /helpline/api/categories                             -         +    +    +    +    +
POST   /helpline/api/categories                             -         x    x    x    +    x
PUT    /helpline/api/categories/{code}                      -         x    x    x    +    x
GET    /helpline/api/dispositions                           -         +    +    +    +    +
POST   /helpline/api/dispositions                           -         x    x    x    +    x
PUT    /helpline/api/dispositions/{disposition_id}          -         x    x    x    +    x

# Reports hold the helpline's figures: who may see one sees all. The file is an export besides.
GET    /api/v1/reports                                      report    xx   xx   ++   ++   ++
POST   /api/v1/reports/calls                                -         x    x    +    +    x
GET    /api/v1/reports/{report_id}                          report    xx   xx   ++   ++   ++
GET    /api/v1/reports/{report_id}/status                   report    xx   xx   ++   ++   ++
DELETE /api/v1/reports/{report_id}                          report    xx   xx   +x   ++   xx
GET    /api/v1/reports/schedules                            schedule  xx   xx   ++   ++   ++
POST   /api/v1/reports/schedules                            -         x    x    +    +    x
GET    /api/v1/reports/schedules/{schedule_id}              schedule  xx   xx   ++   ++   ++
PUT    /api/v1/reports/schedules/{schedule_id}              schedule  xx   xx   +x   ++   xx
DELETE /api/v1/reports/schedules/{schedule_id}              schedule  xx   xx   +x   ++   xx
GET    /reports/download/{name}                             report    xx   xx   ++   ++   xx

# People and credentials: supervisors see people, administrators make and change them.
GET    /helpline/api/users/me                               -         +    +    +    +    +
GET    /helpline/api/users                                  user      xx   xx   ++   ++   ++
GET    /helpline/api/users/{user_id}                        user      xx   xx   ++   ++   ++
GET    /helpline/api/assignees                              -         x    +    +    +    x
POST   /helpline/api/users                                  -         x    x    x    +    x
PUT    /helpline/api/users/{user_id}                        user      xx   xx   xx   ++   xx
POST   /helpline/api/users/{user_id}/unlock                 user      xx   xx   xx   ++   xx
GET    /helpline/api/users/{user_id}/invite                 user      xx   xx   xx   ++   xx
POST   /helpline/api/users/{user_id}/invite                 user      xx   xx   xx   ++   xx
POST   /helpline/api/users/{user_id}/invite/mail            user      xx   xx   xx   ss   xx
GET    /helpline/api/lockouts                               -         x    x    x    +    x
GET    /helpline/api/roles                                  -         x    x    +    +    +
POST   /helpline/api/roles                                  -         x    x    x    +    x
PUT    /helpline/api/roles/{name}                           -         x    x    x    +    x
GET    /api/v1/keys                                         key       xx   xx   xx   ++   xx
POST   /api/v1/keys                                         -         x    x    x    +    x
GET    /api/v1/keys/{key_id}/usage                          key       xx   xx   xx   ++   xx
DELETE /api/v1/keys/{key_id}                                key       xx   xx   xx   ++   xx
GET    /api/v1/webhooks                                     webhook   x    x    x    +    x
POST   /api/v1/webhooks                                     -         x    x    x    +    x
GET    /api/v1/webhooks/{webhook_id}                        webhook   x    x    x    +    x
PUT    /api/v1/webhooks/{webhook_id}                        webhook   x    x    x    +    x
DELETE /api/v1/webhooks/{webhook_id}                        webhook   x    x    x    +    x
POST   /api/v1/webhooks/{webhook_id}/test                   webhook   x    x    x    +    x
POST   /api/v1/webhooks/{webhook_id}/rotate-secret          webhook   x    x    x    +    x
GET    /api/v1/webhooks/{webhook_id}/deliveries             webhook   x    x    x    +    x
POST   /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver delivery x x x + x
POST   /api/v1/bulk                                         -         +    +    +    +    +
GET    /api/v1/sessions                                     login     +-   +-   +-   ++   --
DELETE /api/v1/sessions/{session_id}                        login     +o   +o   +o   ++   oo
GET    /api/v1/health                                       -         x    x    x    +    x
POST   /api/v1/health/check                                 -         x    x    x    +    x
GET    /api/v1/retention                                    -         x    x    x    +    x
GET    /api/v1/audit                                        -         x    x    x    +    +
POST   /helpline/api/logout                                 -         +    +    +    +    c
POST   /helpline/api/changeAuth                             -         +    +    +    +    x

# Open to all: what is sent is the credential. No mail server is configured here, no code is right.
POST   /api/v1/auth/token                                   -         +    +    +    +    +
POST   /api/v1/auth/refresh                                 -         +    +    +    +    +
POST   /api/v1/auth/revoke                                  -         +    +    +    +    +
POST   /helpline/api/sendOTP                                -         s    s    s    s    s
POST   /helpline/api/verifyOTP                              -         u    u    u    u    u
POST   /helpline/api/login                                  -         +    +    +    +    +
POST   /helpline/api/invitations/look                       -         +    +    +    +    +
POST   /helpline/api/invitations/accept                     -         +    +    +    +    +
"""

BY_KEY = """
# where a key that has all of its owner's rights is yet not he himself: a session is a person's
POST   /api/v1/phone                                        -         x    x    x    x    x
POST   /api/v1/phone/rejoin                                 -         x    x    x    x    x
GET    /api/v1/sessions                                     login     --   --   --   ++   --
DELETE /api/v1/sessions/{session_id}                        login     oo   oo   oo   ++   oo
POST   /helpline/api/logout                                 -         c    c    c    c    c
POST   /helpline/api/changeAuth                             -         x    x    x    x    x
"""

BY_TOKEN = """
# where only the page of a login session is meant, which has its cookie
POST   /api/v1/phone                                        -         x    x    x    x    x
POST   /api/v1/phone/rejoin                                 -         x    x    x    x    x
"""

BESIDE = """
# outside both dialects, asked from another machine; what is not ready says 503 to who may know
GET    /                                                    -         +    +    +    +    +
GET    /portal/{file}                                       -         +    +    +    +    +
GET    /docs                                                -         +    +    +    +    +
GET    /docs/files/{file}                                   -         +    +    +    +    +
GET    /docs/openapi.json                                   -         +    +    +    +    +
GET    /docs/asyncapi.json                                  -         +    +    +    +    +
GET    /health/live                                         -         +    +    +    +    +
GET    /health/ready                                        -         x    x    x    s    x
GET    /metrics                                             -         x    x    x    +    x
"""
OPEN_BESIDE = frozenset(
    {"/", "/docs", "/docs/files/{file}", "/docs/openapi.json", "/docs/asyncapi.json"}
    | {"/health/live", "/portal/{file}"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`way`: how the route is used, where there are several. `cells`: by asker, of each WHOSE."""

    method: str
    path: str
    way: str
    of: str
    cells: dict[str, str]

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def name(self) -> str:
        return f"{self.route} {self.way}".strip()

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    def expected(self) -> dict[tuple[str, str], str]:
        """By asker and whose."""
        return {
            (asker, whose): self.cells[asker][place]
            for asker in ASKERS
            for place, whose in enumerate(OF[self.of])
        }


def rows(table: str = TABLE) -> list[Row]:
    """Raises ValueError for a line that is not whole."""
    lines = (line.split() for line in table.splitlines())
    return [_row(words) for words in lines if words and words[0] != "#"]


def _row(words: list[str]) -> Row:
    method, path, *way, of = words[: -len(ASKERS)]
    cells = words[-len(ASKERS) :]
    if any(len(cell) != len(OF[of]) or set(cell) - set(OUTCOMES) for cell in cells):
        raise ValueError(f"{method} {path}: a cell has one outcome for each of {OF[of]}")
    return Row(
        method=method,
        path=path,
        way=" ".join(way),
        of=of,
        cells=dict(zip(ASKERS, cells, strict=True)),
    )


def by_key() -> dict[str, Row]:
    """By name: what holds for keys of those with all of their rights, where it differs."""
    return {row.name: row for row in rows(BY_KEY)}


def by_token() -> dict[str, Row]:
    """By name: what holds for tokens, where it differs from what the cookie may."""
    return {row.name: row for row in rows(BY_TOKEN)}


OPEN = frozenset(
    {
        "POST /api/v1/auth/token",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/revoke",
        "POST /helpline/api/sendOTP",
        "POST /helpline/api/verifyOTP",
        "POST /helpline/api/login",
        "POST /helpline/api/invitations/look",
        "POST /helpline/api/invitations/accept",
    }
)
"""Without a credential, everything else is 401."""
