"""axe-core looks at a page: is it accessible?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

TOOLS = Path(__file__).parent / "npm" / "node_modules"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN = """rules => axe.run(document, {
  runOnly: rules, resultTypes: ["violations"],
}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))"""


@cache
def _script() -> str:
    """Raises FileNotFoundError where `make test-browser` has not brought it."""
    return (TOOLS / "axe-core" / "axe.min.js").read_text()


async def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_script())
    found: list[Any] = await page.evaluate(RUN, RULES)
    return [str(one) for one in found]
