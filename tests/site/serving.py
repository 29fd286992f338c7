"""A folder served on this machine, and the explorer in it as a test asks for things."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb

from tests.browser import Page


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        pass


@dataclass
class Explorer:
    """A served explorer with a page of a browser, and the warehouse it was made of."""

    address: str
    site: Path
    page: Page
    warehouse: duckdb.DuckDBPyConnection

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.warehouse.execute(query, parameters).fetchall()

    def go(self, view: str, **state: Any) -> None:
        """Show a view, and wait until it is there."""
        query = "&".join(f"{key}={value}" for key, value in {"lang": "zh", **state}.items())
        self.follow(f"#{view}?{query}")

    def follow(self, address: str) -> None:
        self.page.js(
            f"""new Promise((done) => {{
                if (location.hash === {address!r}) return done();
                new MutationObserver((_, observer) => {{ observer.disconnect(); done(); }})
                    .observe(document.body, {{ attributeFilter: ["data-ready"] }});
                location.hash = {address!r};
            }})"""
        )

    def money(self, selector: str) -> list[int]:
        """The exact amounts in fen of the figures that a selector finds."""
        script = f"[...document.querySelectorAll({selector!r})].map((e) => e.dataset.fen)"
        return [int(fen) for fen in self.page.js(script)]

    def text(self, selector: str) -> str:
        found: str = self.page.js(f"document.querySelector({selector!r}).innerText")
        return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, for the length of the block."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
