"""`mhud types`: what it prints is what the documents say, and the compiler takes it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mhud.cli import main
from mhud.typescript import expression, type_name, types
from mhud.web.app import apis
from mhud.web.asyncapi import document
from mhud.web.documents import rest

PAGE = Path(__file__).parent.parent / "docs" / "integrators.md"
NODE = Path(__file__).parent / "typescript"


@pytest.mark.parametrize(
    ("schema", "printed"),
    [
        ({"type": "string", "format": "date-time"}, "string"),
        ({"type": ["integer", "null"]}, "number | null"),
        ({"const": "call.new"}, '"call.new"'),
        ({"enum": ["low", None, 3]}, '"low" | null | 3'),
        ({"type": "string", "enum": ["low"]}, '"low"'),
        ({"anyOf": [{"type": "string"}, {"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"type": "array", "items": {"$ref": "#/x/Call"}}, "Array<Call>"),
        ({"type": "array"}, "Array<unknown>"),
        ({"type": "object"}, "{ [name: string]: unknown }"),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            "{ [name: string]: number }",
        ),
        (
            {
                "type": "object",
                "properties": {"a-b": {"type": "boolean"}, "c": {}},
                "required": ["c"],
            },
            '{\n  "a-b"?: boolean;\n  c: unknown;\n}',
        ),
        ({"allOf": [{"$ref": "#/x/A"}, {"$ref": "#/x/B"}]}, "(A) & (B)"),
        ({"title": "Anything"}, "unknown"),
        (True, "unknown"),
    ],
)
def test_a_schema_is_the_type_that_it_says(schema: Any, printed: str) -> None:
    assert expression(schema) == printed


def test_names_become_names_that_the_language_knows() -> None:
    assert type_name("CallObject") == "CallObject"
    assert type_name("agent.call_assigned") == "AgentCallAssignedEvent"
    assert type_name("Period-Output") == "PeriodOutput"


def test_documents_that_disagree_are_refused() -> None:
    one, other = rest(apis()), document()
    other["components"]["schemas"]["CallObject"] = {"type": "string"}
    with pytest.raises(ValueError, match="CallObject"):
        types(one, other)


def test_every_operation_event_and_webhook_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["types"]) == 0
    printed = capsys.readouterr().out
    for path, methods in rest(apis())["paths"].items():
        for method in methods:
            assert f"  {json.dumps(f'{method.upper()} {path}')}: {{" in printed
    for name in document()["operations"]["tell"]["messages"]:
        assert f'type: "{name["$ref"].rpartition("/")[2]}";' in printed
    for name in rest(apis())["webhooks"]:
        assert f'event_type: "{name}";' in printed


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_compiler_takes_them_and_refuses_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "types"
    shutil.copytree(NODE, folder)
    main(["types"])
    (folder / "mhud.ts").write_text(capsys.readouterr().out)
    printed = PAGE.read_text().partition("```typescript\n")[2].partition("```")[0]
    (folder / "printed.ts").write_text(printed + "\nexport type { Active };\nexport { told };\n")
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=120)
    options = ["--strict", "--noEmit", "--noUncheckedIndexedAccess", "--target", "es2022"]
    compiler = folder / "node_modules" / "typescript" / "bin" / "tsc"
    checked = subprocess.run(
        ["node", str(compiler), *options, "consumer.ts", "printed.ts", "mhud.ts"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.stdout, checked.returncode) == ("", 0)
