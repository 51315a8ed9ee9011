"""`mhud serve`, `demo`, `replay`, `openapi`, `asyncapi`: what runs, or prints, whole things."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from mhud.commands.common import settings
from mhud.config import LogSettings


def add_serve(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--trace",
        type=Path,
        metavar="FILE",
        help="record into FILE.in.ami what Asterisk says, and into FILE.out.ami what mhud does",
    )
    parser.set_defaults(run=_serve)


def add_demo(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="default: 8080; 0: any free one")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep data here; default: nowhere")
    parser.add_argument(
        "--speed", type=speed, default=1.0, help="how many busy hours an hour holds; default: 1"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another shift")
    parser.add_argument(
        "--faults", type=speed, metavar="S", help="a bad moment of the PBX about every S seconds"
    )
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help="gets addresses and credentials as JSON"
    )
    parser.set_defaults(run=_demo)


def speed(text: str) -> float:
    """Above nothing and below what any machine holds."""
    value = float(text)
    if not 0 < value <= 1000:
        raise ValueError
    return value


def add_replay(parser: ArgumentParser) -> None:
    parser.add_argument("trace", type=Path, metavar="TRACE", help="as `serve --trace` wrote it")
    parser.add_argument(
        "--anonymise",
        action="store_true",
        help="print the trace itself, with numbers and names replaced",
    )
    parser.set_defaults(run=_replay)


def add_openapi(parser: ArgumentParser) -> None:
    parser.set_defaults(run=_openapi)


def add_asyncapi(parser: ArgumentParser) -> None:
    parser.set_defaults(run=_asyncapi)


def add_types(parser: ArgumentParser) -> None:
    parser.set_defaults(run=_types)


def _serve(options: Namespace) -> None:
    from mhud import daemon, logs

    chosen = settings(options)
    logs.configure(chosen.log)
    try:
        asyncio.run(daemon.serve(chosen, options.trace, reread=lambda: settings(options)))
    finally:
        logs.close()


def _demo(options: Namespace) -> None:
    from mhud import demo, logs

    logs.configure(LogSettings(level="warning"))
    wanted = demo.Options(
        host=options.host,
        port=options.port,
        data=options.data,
        speed=options.speed,
        seed=options.seed,
        faults_every_s=options.faults,
        ready_file=options.ready_file,
    )
    asyncio.run(demo.run(wanted))


def _replay(options: Namespace) -> None:
    from mhud import replay

    if options.anonymise:
        replay.print_anonymised(options.trace)
    else:
        replay.run(options.trace)


def _openapi(_options: Namespace) -> None:
    from mhud.web import documents
    from mhud.web.app import apis

    _print(documents.rest(apis()))


def _asyncapi(_options: Namespace) -> None:
    from mhud.web import asyncapi

    _print(asyncapi.document())


def _print(document: dict[str, Any]) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def _types(_options: Namespace) -> None:
    from mhud.typescript import types
    from mhud.web.app import apis
    from mhud.web.asyncapi import document
    from mhud.web.documents import rest

    sys.stdout.write(types(rest(apis()), document()))
