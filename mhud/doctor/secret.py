"""Is the AMI secret one that others know, or would guess?"""

from __future__ import annotations

import re

from mhud.config import AmiSettings
from mhud.doctor.check import Check, ok, warning, wrong
from mhud.doctor.patient import RELOAD

NAME = "settings.secret"
SHORT = 16
KNOWN = """
    1234 12345 123456 12345678 admin ami amp109 amp111 asterisk change-me changeme cron default
    elastix456 freepbx letmein manager mark mypassword mysecret passw0rd password qwerty secret
    sendcron test vicidial
"""
"""Of tutorials and distributions."""
_WORDS = re.compile(r"secret|password|passw|changeme|change-me|example|demo|test|lab\b|admin", re.I)


def check(settings: AmiSettings) -> Check:
    secret, user = settings.secret.get_secret_value(), settings.username
    fix = (
        f"a new one: openssl rand -hex 24. In manager.conf, under [{user}]: secret = NEW; the same "
        f"as MHUD_AMI__SECRET or in a systemd credential ami_secret; then {RELOAD}"
    )
    if not secret:
        return wrong(NAME, "ami.secret is empty.", fix)
    if secret.lower() in (*KNOWN.split(), user.lower()):
        return wrong(NAME, "The AMI secret is one that everybody tries first.", fix)
    if len(secret) < SHORT:
        return warning(NAME, f"The AMI secret is shorter than {SHORT} characters.", fix)
    if _WORDS.search(secret):
        return warning(NAME, "The AMI secret looks like one of an example or a test.", fix)
    return ok(NAME, "The AMI secret is no default and not short.")
