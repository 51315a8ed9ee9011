"""`mhud config`: the effective settings, as TOML, secrets masked."""

from __future__ import annotations

import json
import os
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from mhud.certificate import CertificateError, read
from mhud.clock import SystemClock
from mhud.commands.common import Failure, remark, say, settings
from mhud.config import Settings
from mhud.messages.carriers import carriers
from mhud.web.address import Addresses

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    show = commands.add_parser("show", help="print the effective settings, secrets masked")
    show.set_defaults(run=_show)
    check = commands.add_parser("check", help="say what is wrong with the settings, if anything")
    check.set_defaults(run=_check)


def _show(options: Namespace) -> None:
    for line in lines(settings(options).model_dump(mode="json")):
        say(line)


def _check(options: Namespace) -> None:
    problems = list(_problems(settings(options)))
    if problems:
        raise Failure("; ".join(problems))
    remark("the settings are good")


def _problems(chosen: Settings) -> Iterator[str]:
    if not chosen.ami.secret.get_secret_value():
        yield "ami.secret is empty: Asterisk will refuse the login"
    yield from _misspelled(os.environ)
    certificate, key = chosen.http.tls_certificate, chosen.http.tls_key
    try:
        if certificate and key:
            read(certificate, key)
    except CertificateError as error:
        yield str(error)
    try:
        carriers(chosen, SystemClock())
    except OSError as error:
        yield str(error)
    try:
        Addresses(chosen.http.trusted_proxies)
    except ValueError as error:
        yield f"http.trusted_proxies: {error}"


def _misspelled(environment: Mapping[str, str]) -> Iterator[str]:
    """Below a section that exists a wrong name is an error already."""
    known = {"MHUD_CONFIG", *(f"MHUD_{name.upper()}" for name in Settings.model_fields)}
    for name in sorted(environment):
        if name.upper().startswith("MHUD_") and name.upper().partition("__")[0] not in known:
            yield f"{name} in the environment is no setting"


def lines(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """TOML with dotted keys; what is not set is a comment."""
    for name, value in tree.items():
        key = prefix + (name if _BARE.fullmatch(name) else json.dumps(name))
        if isinstance(value, Mapping) and value:
            yield from lines(value, key + ".")
        elif value is None:
            yield f"# {key} is not set"
        elif isinstance(value, Mapping):
            yield f"{key} = {{}}"
        else:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
