"""Does mhud speak TLS, and for how long?"""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

from mhud.certificate import CertificateError, read
from mhud.config import HttpSettings
from mhud.doctor.check import Check, ok, warning, wrong
from mhud.doctor.web import is_local

NAME = "http.tls"
SOON = timedelta(days=14)
RENEW = "renew it; mhud takes the new files by itself within a minute"


def check(settings: HttpSettings, now: datetime) -> Check:
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None or key is None:
        return _without(settings)
    try:
        _, ends = read(certificate, key)
    except CertificateError as error:
        fix = "PEM files, the key without a password: http.tls_certificate and http.tls_key"
        return wrong(NAME, f"mhud will not start: {error}.", fix)
    day = f"{ends:%Y-%m-%d}"
    if ends <= now:
        return wrong(NAME, f"The certificate ended on {day}; clients refuse it.", RENEW)
    if ends <= now + SOON:
        return warning(NAME, f"The certificate ends on {day}.", RENEW)
    if _is_open(key):
        text = f"Every user of this machine may read the key {key}."
        return warning(NAME, text, f"chown root:asterisk {key} && chmod 0640 {key}")
    return ok(NAME, f"The certificate is good until {day}.")


def _without(settings: HttpSettings) -> Check:
    if is_local(settings.host):
        return ok(NAME, "mhud listens on this machine only, without TLS.")
    text = f"mhud listens on {settings.host} in clear text: keys and passwords can be read."
    fix = "http.tls_certificate and http.tls_key, or http.host = 127.0.0.1 and a proxy with TLS"
    return warning(NAME, text, fix)


def _is_open(key: Path) -> bool:
    return bool(key.stat().st_mode & stat.S_IROTH)
