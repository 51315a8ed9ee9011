"""Is there an Asterisk, does it let us in, has it booted?"""

from __future__ import annotations

from mhud.ami.probe import Probe, ProbeError, Trouble
from mhud.config import AmiSettings
from mhud.doctor.check import Check, ok, wrong
from mhud.doctor.patient import READ, RELOAD, WRITE, Patient

GENERAL = "in manager.conf, under [general]"


async def greeted(probe: Probe, settings: AmiSettings) -> Check:
    where = f"{settings.host}:{settings.port}"
    try:
        await probe.connect()
    except ProbeError as error:
        return wrong("ami.connection", _trouble(where, error), _remedy(settings, error.trouble))
    return ok("ami.connection", f"An Asterisk answers at {where}.")


def _trouble(where: str, error: ProbeError) -> str:
    if error.trouble is Trouble.STRANGER:
        return f"What listens at {where} is not the manager interface: {error.why}."
    return f"No Asterisk at {where}: {error.why}."


def _remedy(settings: AmiSettings, trouble: Trouble) -> str:
    match trouble:
        case Trouble.REFUSED:
            return (
                f"{GENERAL}: enabled = yes, bindaddr = {settings.host}, port = {settings.port}; "
                f"then {RELOAD}, or start Asterisk (systemctl start asterisk). If AMI listens "
                "elsewhere: MHUD_AMI__HOST and MHUD_AMI__PORT"
            )
        case Trouble.TIMEOUT:
            return (
                "let the firewall pass, or set MHUD_AMI__HOST to 127.0.0.1 if Asterisk runs on "
                "this machine; is Asterisk frozen? asterisk -rx 'core show uptime'"
            )
        case _:
            return (
                "set MHUD_AMI__PORT to `port` of manager.conf's [general] (5038 unless changed), "
                f"and enabled = yes there; then {RELOAD}"
            )


async def admitted(probe: Probe, settings: AmiSettings) -> Check:
    user = settings.username
    try:
        await probe.log_in()
    except ProbeError as error:
        return wrong(
            "ami.login",
            f"Asterisk refuses AMI user {user}: {error.why}.",
            f"in manager.conf: a section [{user}] with a secret, and that secret in "
            f"MHUD_AMI__SECRET; deny/permit there must let this machine in:\n"
            f"  [{user}]\n  secret = (as of: openssl rand -hex 24)\n"
            f"  deny = 0.0.0.0/0.0.0.0\n  permit = 127.0.0.1/255.255.255.255\n"
            f"  {READ}\n  {WRITE}\nthen {RELOAD}",
        )
    return ok("ami.login", f"Asterisk accepts AMI user {user}.")


async def booted(patient: Patient) -> Check:
    patient.booted = await patient.probe.hears("FullyBooted")
    if patient.booted is not None:
        return ok("ami.read.system", "Asterisk says FullyBooted.")
    return wrong(
        "ami.read.system",
        "FullyBooted does not come: mhud would not notice a restart of Asterisk.",
        patient.line(READ),
    )
