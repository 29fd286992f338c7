"""Kill runs at random moments; the old warehouse must stay whole, and the next run complete.

    python -m benchmarks.soak.kill [TIMES]

Every round changes a document, starts a run, kills it (SIGKILL) after a random part of the time a
run takes, and opens the warehouse. Then a run is let through, and its warehouse is compared with a
full build, row by row.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from tests.comparison import differences

ROOT = Path(__file__).parents[2]


def start(place: Path, warehouse: str, cache: str) -> "subprocess.Popen[bytes]":
    """A run of the small project over the documents below a place."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.small", place / "raw", place / warehouse, place / cache],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def complete(place: Path, warehouse: str, cache: str) -> None:
    """A run that nobody kills."""
    assert start(place, warehouse, cache).wait() == 0


def lines(warehouse: Path) -> list[tuple[object, ...]]:
    """The amounts of a warehouse."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute("from marts.fct_budget_line order by all").fetchall()


def compare_with_a_full_build(place: Path) -> None:
    """Build anew beside the warehouse, from nothing but the parsed dbt project, and compare."""
    full = place / "full"
    shutil.copytree(place / "cache" / "dbt", full / "cache" / "dbt")
    complete(place, "full/warehouse.duckdb", "full/cache")
    unlike = differences(place / "warehouse.duckdb", full / "warehouse.duckdb")
    assert not unlike, unlike
    shutil.rmtree(full)


def left_behind(place: Path) -> list[int]:
    """Processes that work below a place."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().decode("utf-8", "replace")
            if str(place) in command or "die_with_parent" in command:
                environ = (file.parent / "environ").read_bytes().decode("utf-8", "replace")
                if str(place) in environ or str(place) in command:
                    found.append(int(file.parent.name))
        except OSError:
            continue
    return found


def main(times: int) -> None:
    """Kill so many runs, and print what came of it."""
    chance = random.Random(20)  # noqa: S311
    killed = finished = 0
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        (place / "raw").mkdir()
        for name in ("a", "b", "c"):
            (place / "raw" / f"{name}.txt").write_text(f"{name} 1.00\n")
        complete(place, "warehouse.duckdb", "cache")
        began = time.monotonic()
        (place / "raw" / "d.txt").write_text("d 1.00\n")
        complete(place, "warehouse.duckdb", "cache")
        length = time.monotonic() - began
        warehouse = place / "warehouse.duckdb"
        for number in range(times):
            content, before = warehouse.read_bytes(), lines(warehouse)
            (place / "raw" / "new.txt").write_text(f"n{number} {number}.00\n")
            moment = chance.uniform(0, length)
            process = start(place, "warehouse.duckdb", "cache")
            try:
                process.wait(moment)
                finished += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
                if warehouse.read_bytes() == content:
                    assert lines(warehouse) == before
                time.sleep(0.3)
                assert not left_behind(place), left_behind(place)
            complete(place, "warehouse.duckdb", "cache")
            compare_with_a_full_build(place)
            print(f"{number + 1}/{times} after {moment:.1f} of {length:.1f} s", flush=True)
        rest = sorted(path.name for path in place.iterdir())
        assert rest == [".warehouse.duckdb.lock", "cache", "raw", "warehouse.duckdb"], rest
    print(
        f"{killed} killed, {finished} finished before; every next run completed and equals a build"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
