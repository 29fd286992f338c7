"""What a run of the whole pipeline costs, from ten documents to a thousand.

    python benchmarks/scaling.py [--counts 10 100 1000] [--jobs 1 2] [--directory DIRECTORY]

Documents are typeset (``benchmarks/corpus.py``). For each count: a cold run, a run in which nothing
has changed, and one in which one document has; each a process of its own, as a person starts it.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402

from benchmarks import corpus, report  # noqa: E402

_STAGES = ("registering", "reading", "recognising", "loading", "modelling", "repairing")


@dataclass(frozen=True)
class Run:
    """What a run took, in seconds, and the most MiB of a worker."""

    wall: float
    cpu: float
    stages: dict[str, float]
    worker_megabytes: int


def run(raw: Path, place: Path, jobs: int) -> Run:
    """Run the pipeline as a program; its warehouse and cache lie in ``place``."""
    place.mkdir(parents=True, exist_ok=True)
    warehouse = place / "warehouse.duckdb"
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "BUDGET_RAW": str(raw), "BUDGET_JOBS": str(jobs),
        "BUDGET_WAREHOUSE": str(warehouse), "BUDGET_CACHE": str(place / "cache"),
        "DAGSTER_DISABLE_TELEMETRY": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }  # fmt: skip
    began, before = time.perf_counter(), os.times()
    program = "from dagster_project.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", program, "run"], env=environment, check=True, cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    wall, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    with duckdb.connect(warehouse, read_only=True) as connection:
        last = "select * from quality.run_history order by started_at desc limit 1"
        found = connection.sql(last)
        values = dict(zip(found.columns, found.fetchone() or (), strict=True))
    stages = {
        name.removeprefix("seconds_"): float(value)
        for name, value in values.items()
        if name.startswith("seconds_") and value is not None
    }
    return Run(wall, cpu, stages, int(values.get("worker_megabytes") or 0))


def measure(directory: Path, jobs: int) -> tuple[Run, Run, Run]:
    """The cold run the unchanged one, and the one with one changed."""
    raw, place = directory / "raw", directory / "build"
    cold = run(raw, place, jobs)
    unchanged = run(raw, place, jobs)
    # A line behind the end: another content, the same figures.
    changed = max(path for path in raw.iterdir() if path.stem.isdigit())
    changed.write_bytes(changed.read_bytes() + b"\n\n")
    return cold, unchanged, run(raw, place, jobs)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--jobs", type=int, default=2, help="worker processes [2]")
    parser.add_argument("--directory", type=Path, help="where to put documents and builds")
    arguments = parser.parse_args()
    runs: dict[int, tuple[Run, Run, Run]] = {}
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        for count in arguments.counts:
            directory = Path(name) / str(count)
            corpus.write(directory / "raw", count)
            runs[count] = measure(directory, arguments.jobs)
            shutil.rmtree(directory)
            print(count, runs[count], file=sys.stderr, flush=True)
    text(runs, arguments.jobs)


def text(runs: Mapping[int, tuple[Run, Run, Run]], jobs: int) -> None:
    """Report the runs over each count of documents."""
    rows, stages = [], []
    for count, (cold, unchanged, changed) in runs.items():
        own = (cold.stages.get(s, 0) for s in ("registering", "reading", "recognising"))
        rows.append([
            f"{count:,}", f"{cold.wall:.0f}", f"{cold.cpu:.0f}", f"{1000 * cold.cpu / count:,.0f}",
            f"{1000 * sum(own) / count:,.0f}", f"{unchanged.wall:.1f}", f"{unchanged.cpu:.1f}",
            f"{changed.wall:.0f}", f"{changed.cpu:.0f}", f"{cold.worker_megabytes}",
        ])  # fmt: skip
        outside = cold.wall - sum(cold.stages.values())
        seconds = [cold.stages.get(stage, 0) for stage in _STAGES] + [outside]
        stages.append([f"{count:,}", *(f"{value:.1f}" for value in seconds)])
    head = [
        "Documents", "Cold, s", "CPU, s", "CPU a document, ms", "reading and recognising, ms",
        "Unchanged, s", "CPU, s", "One changed, s", "CPU, s", "MiB a worker",
    ]  # fmt: skip
    series = {"cold run": [(count, 1000 * cold.cpu / count) for count, (cold, *_) in runs.items()]}
    parts = [
        f"{jobs} workers, {report.machine()}; each run a program of its own.",
        report.table(head, rows),
        "Where the seconds of the cold run go by the clock; `outside` is Python starting, the "
        "first parse of the dbt project, Dagster and publishing:",
        report.table(["Documents", *_STAGES, "outside"], stages),
        report.lines("scaling", "CPU a document, ms", "documents", series),
    ]
    report.section("scaling", "\n\n".join(parts))


if __name__ == "__main__":
    main()
