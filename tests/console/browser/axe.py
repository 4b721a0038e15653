"""What axe-core finds on a page, and the width of a phone."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Only what is wrong leaves the browser: all that it looked at is a hundred times as much.
RUN = """async (rules) => {
  const found = await axe.run({resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})});
  return found.violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 120)}`));
}"""


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds, of all its rules or of some. A document loads it once: half a megabyte of script."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, list(rules))


def dark_violations(page: Page) -> list[str]:
    """What it finds in the dark: a dark page is the light one in other colours, and they are all that is asked of."""
    page.emulate_media(color_scheme="dark")
    found = violations(page, "color-contrast")
    page.emulate_media(color_scheme="light")
    return found


def width_on_a_phone(page: Page) -> int:
    """How wide the page is on a phone, in pixels; it stays on one."""
    page.set_viewport_size(PHONE)
    return page.evaluate("document.documentElement.scrollWidth")
