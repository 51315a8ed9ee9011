"""Can phones in browsers reach Asterisk, get a secret, and take a call back?"""

from __future__ import annotations

import asyncio

import aiohttp

from mhud.doctor import phones
from mhud.doctor.check import Check, ok, unknown, warning
from mhud.doctor.dialplan import DIALPLAN_RELOAD, takes
from mhud.doctor.patient import WRITE, Patient

LINE, SECRET = "phones.browser_line", "phones.browser_secret"
WAIT_S = 3.0
NO_SIP = 400  # the status when Asterisk's web server has nobody who speaks sip
HTTP = (
    "copy http.conf of asterisk-conf into Asterisk's folder (or MHUD_PHONE__PBX_URL to where yours "
    "listens), restart Asterisk"
)
MODULES = (
    "in modules.conf: load = res_http_websocket.so, load = res_pjsip_transport_websocket.so, "
    "load = res_srtp.so; in pjsip.conf a transport with protocol = ws; restart Asterisk"
)
INCLUDE = (
    "copy extensions.d/mhud.conf and sorcery.conf of asterisk-conf into Asterisk's folder; in "
    "modules.conf: load = res_sorcery_astdb.so, load = func_db.so, load = func_pjsip_endpoint.so"
)


async def checks(patient: Patient) -> list[Check]:
    """Of a helpline that has none, nothing is wanted."""
    for endpoint in (await phones.endpoints(patient))[: phones.MOST]:
        if await phones.option(patient, endpoint, "webrtc") == "yes":
            return [await _line(patient.settings.phone.pbx_url), await _dialplan(patient, endpoint)]
    return [ok(LINE, "No phone is in a browser."), ok(SECRET, "No phone is in a browser.")]


async def _line(url: str) -> Check:
    """As mhud itself connects, and hangs up again."""
    try:
        async with asyncio.timeout(WAIT_S), aiohttp.ClientSession() as session:
            await (await session.ws_connect(url, protocols=("sip",))).close()
    except aiohttp.WSServerHandshakeError as refused:
        if refused.status == NO_SIP:
            text = "Asterisk's web server speaks no SIP: phones in browsers have no line."
            return warning(LINE, text, MODULES)
        text = f"Asterisk's web server answers {refused.status}: phones in browsers have no line."
        return warning(LINE, text, HTTP)
    except (aiohttp.ClientError, OSError, TimeoutError):
        text = "Nobody listens at phone.pbx_url: phones in browsers have no line."
        return warning(LINE, text, HTTP)
    return ok(LINE, "Phones in browsers can reach Asterisk.")


async def _dialplan(patient: Patient, endpoint: str) -> Check:
    chosen = patient.settings.phone
    contexts = (chosen.secret_context, chosen.rejoin_context)
    seen = {context: await takes(patient, context, endpoint) for context in contexts}
    if None in seen.values():
        text = "Whether phones in browsers get a secret can't be seen."
        return unknown(SECRET, text, patient.line(WRITE))
    lacking = [f"[{context}]" for context, there in seen.items() if not there]
    if lacking:
        text = f"The dialplan lacks {', '.join(lacking)}: no phone in a browser can sign in."
        return warning(SECRET, text, f"{INCLUDE}; then {DIALPLAN_RELOAD}")
    return ok(SECRET, "Phones in browsers get a secret, and their calls back.")
