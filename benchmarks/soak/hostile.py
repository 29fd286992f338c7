"""Hundreds of hostile files in one run; the good documents must come out as without them.

python -m benchmarks.soak.hostile [FILES]
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from dagster_project.run import run_warehouse
from dagster_project.settings import PROJECT_ROOT, Settings
from tests.comparison import differences
from tests.hostile import write_hostile


def main(files: int) -> None:
    """Run without and with so many hostile files, and print what came of them."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        raw = place / "raw"
        shutil.copytree(PROJECT_ROOT / "raw", raw)
        alone = Settings(raw, place / "alone" / "w.duckdb", place / "cache", 2)
        alone.warehouse.parent.mkdir()
        assert run_warehouse(alone)
        different = write_hostile(raw / "hostile", files)
        together = Settings(raw, place / "w.duckdb", place / "cache", 2)
        began = time.monotonic()
        assert run_warehouse(together)
        seconds = time.monotonic() - began
        with duckdb.connect(alone.warehouse, read_only=True) as connection:
            good = [row[0] for row in connection.execute("from marts.dim_document").fetchall()]
        with duckdb.connect(together.warehouse, read_only=True) as connection:
            statuses = connection.execute(
                "select status, count(*), count(status_reason) from marts.dim_document"
                " where file_path like 'hostile/%' group by all order by all"
            ).fetchall()
            reasons = connection.execute(
                "select count(*), any_value(file_path),"
                " regexp_replace(status_reason, '[0-9]+', '#', 'g') as reason"
                " from marts.dim_document where file_path like 'hostile/%'"
                " group by reason order by count(*) desc"
            ).fetchall()
            peak = connection.execute(
                "select worker_megabytes from quality.run_history order by run_number desc limit 1"
            ).fetchone()
        unlike = differences(
            alone.warehouse, together.warehouse, documents=good, schemas=("marts", "extracted")
        )
    for count, example, reason in reasons:
        print(f"{count:4} {reason}  ({example!r})")
    print(f"{files} files, {different} different, in {seconds:.0f} s: {statuses}")
    print(f"peak of a worker: {peak[0] if peak else '?'} MiB of {together.limits.megabytes}")
    print(f"good documents: {len(good)}, tables that differ: {unlike or 'none'}")
    assert sum(count for _, count, _ in statuses) == different
    assert not unlike


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
