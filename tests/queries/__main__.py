"""Write `docs/queries/README.md` with the results that a warehouse of `raw/` gives."""

import sys

import duckdb

from tests.queries import PAGE, page

if __name__ == "__main__":
    with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
        PAGE.write_text(page(warehouse), "utf-8")
