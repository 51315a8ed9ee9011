"""Where Asterisk lacks what phones in browsers need: the rest works all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mhud.ami.probe import PATIENCE_S
from mhud.doctor.browser_phones import LINE, SECRET
from mhud.doctor.check import State
from tests.asterisk import pbx_process, ports
from tests.asterisk.pbx_process import CONFIGURATION, PbxProcess
from tests.clinic import Found, fix, found, red, settings

OURS = CONFIGURATION[0]
WEB = ("res_http_websocket", "res_pjsip_transport_websocket", "res_srtp")


@asynccontextmanager
async def asterisk(folder: Path, **files: str) -> AsyncIterator[PbxProcess]:
    """One that has these files in place of ours, each named without its ending."""
    changed = folder / "changed"
    changed.mkdir()
    for name, text in files.items():
        (changed / f"{name}.conf").write_text(text)
    with ports.block() as block:
        pbx = PbxProcess(folder / "pbx", block, (*CONFIGURATION, changed))
        await pbx.start()
        yield pbx
        await pbx.stop()


async def seen_at(pbx: PbxProcess, folder: Path) -> Found:
    phone = {"pbx_url": f"ws://127.0.0.1:{pbx.ports.http}/ws"}
    chosen = settings(folder, pbx.ports.ami, pbx_process.SECRET, phone=phone)
    return await found(chosen, pbx.folder / "etc", PATIENCE_S)


async def test_the_configuration_has_what_phones_in_browsers_need(tmp_path: Path) -> None:
    async with asterisk(tmp_path) as pbx:
        seen = await seen_at(pbx, tmp_path)
    assert seen[LINE].text == "Phones in browsers can reach Asterisk."
    assert seen[SECRET].text == "Phones in browsers get a secret, and their calls back."


async def test_without_the_modules_of_browsers_desk_phones_work_and_the_doctor_names_them(
    tmp_path: Path,
) -> None:
    lines = (OURS / "modules.conf").read_text().splitlines()
    kept = [line for line in lines if not any(module in line for module in WEB)]
    async with asterisk(tmp_path, modules="\n".join(kept) + "\n") as pbx:
        seen = await seen_at(pbx, tmp_path)
        shown = await pbx.cli("pjsip show endpoint agent001")
    assert "Endpoint:  agent001" in shown
    assert red(seen) == set()
    assert seen[LINE].state is State.WARNING
    assert "phones in browsers have no line" in seen[LINE].text


async def test_a_dialplan_that_gives_no_secret_is_named(tmp_path: Path) -> None:
    plan = (OURS / "extensions.d/mhud.conf").read_text().replace("[phone-secret]", "[other]")
    async with asterisk(tmp_path) as pbx:
        (pbx.folder / "etc/extensions.d/mhud.conf").write_text(plan)
        await pbx.cli("dialplan reload")
        seen = await seen_at(pbx, tmp_path)
    assert seen[SECRET].state is State.WARNING
    assert "[phone-secret]" in seen[SECRET].text
    assert "sorcery.conf" in fix(seen, SECRET)
