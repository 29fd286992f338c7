"""A real browser, driven over its own debugging protocol through a pipe: no port, no package.

Here: opening pages and asking what is on them. What must be there is said by the tests.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # A page that is not in front goes on as if it were.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # Tests go from address to address faster than a person could.
    "--disable-ipc-flooding-protection",
    "--remote-debugging-pipe",
)
_PATIENCE = 30  # seconds

# The descriptors that the browser reads commands from and writes answers to.
_READS, _WRITES = 3, 4


def find_browser() -> str | None:
    """The path of a Chromium, if this machine has one."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class BrowserError(AssertionError):
    """The page did not do what it was asked for."""


class Page:
    """A page of the browser, with everything that it asked for and complained of."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session
        self.requests: list[str] = []
        self.complaints: list[str] = []
        browser.pages[session] = self
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.bringToFront")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **parameters)

    def resize(self, width: int, height: int, *, phone: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=phone,
        )  # fmt: skip

    def open(self, address: str) -> None:
        self.call("Page.navigate", url=address)

    def js(self, expression: str) -> Any:
        """The value of an expression; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"], ensure_ascii=False)[:2000])
        return answer["result"].get("value")

    def wait(self, expression: str, seconds: float = _PATIENCE) -> Any:
        """Wait until the expression is true, and return its value."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = self.js(expression)
            except BrowserError:  # the page is on its way to another address
                value = None
            # An element comes over the wire as an empty object.
            if value not in (None, False, 0, ""):
                return value
            if time.monotonic() > end:
                raise BrowserError(f"never true: {expression}\n{self.complaints}")
            time.sleep(0.02)

    def press(self, key: str) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13, "Escape": 27}[key])  # fmt: skip
        if key == "Enter":
            self.call("Input.dispatchKeyEvent", type="char", key=key, text="\r")

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(answer["data"]))

    def heard(self, message: dict[str, Any]) -> None:
        method, told = message["method"], message["params"]
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told, ensure_ascii=False)[:1000])
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(told["args"], ensure_ascii=False)[:1000])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(json.dumps(told["entry"], ensure_ascii=False)[:1000])


class Browser:
    """One browser process and the pipe to it."""

    def __init__(self, writer: int, reader: int) -> None:
        self._writer, self._reader = writer, reader
        self._buffer = b""
        self._last = 0
        self.pages: dict[str, Page] = {}

    @contextlib.contextmanager
    def page(self) -> Iterator[Page]:
        """A new page in front, closed with the block."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        try:
            yield page
        finally:
            page.close()

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        number = self._last
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            if answer.get("sessionId") in self.pages:
                self.pages[answer["sessionId"]].heard(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            received = os.read(self._reader, 1 << 20)
            if not received:
                raise BrowserError("the browser has ended")
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read


@contextlib.contextmanager
def running_browser(executable: str, profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile, ended with the block."""
    to_browser, from_us = _pipe()
    to_us, from_browser = _pipe()

    def hand_over() -> None:
        os.dup2(to_browser, _READS)
        os.dup2(from_browser, _WRITES)

    process = subprocess.Popen(
        [executable, *_FLAGS, f"--user-data-dir={profile}"],
        pass_fds=(_READS, _WRITES),
        preexec_fn=hand_over,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    browser = Browser(from_us, to_us)
    try:
        yield browser
    finally:
        with contextlib.suppress(BrowserError, OSError):
            browser.call("Browser.close")
        process.wait(timeout=10)
        os.close(from_us)
        os.close(to_us)


def _pipe() -> tuple[int, int]:
    """Both ends of a pipe, out of the way of the browser's own descriptors."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
