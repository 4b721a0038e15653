"""A real Chromium without a window, and what a member of staff does first in it: sign in."""

import contextlib
import shutil
from collections.abc import Generator

from playwright.sync_api import Browser, Page, sync_playwright

# The first is the same browser without its windows, and does half the work for the same pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
REMEDY = "No Chromium is here: install Debian's with `apt-get install --no-install-recommends chromium-headless-shell`."
# Nothing that it does by itself may ask for the world outside.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Where it is installed; None where it is not."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def browser() -> Generator[Browser]:
    """A browser that is gone afterwards. The caller has seen to it that there is one."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(FLAGS))
        try:
            yield running
        finally:
            running.close()


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Open the console, and sign in on Cognito's page unless that still knows who this is."""
    signed_in = "header.top:not([hidden])"
    page.goto(url)
    page.wait_for_selector(f"{signed_in}, #username")
    if page.locator("#username").count():
        page.get_by_label("Username").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(signed_in)
