"""What Dagster costs a run: the same work with it, and by a plain program without it.

    python benchmarks/overhead.py [--counts 10 100] [--rounds 3] [--directory DIRECTORY]

Both register, read, recognise, load, build, repair, test and publish the same documents from
nothing, with the same functions; each run is a process of its own, and the two take turns. The
program lacks what Dagster is there for: no events, checks, retries, log or history of assets.
Nothing is asserted; which tables differ is printed.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dagster_project.dbt_project import (  # noqa: E402
    EQUATIONS,
    NO_UNIT_TESTS,
    STAR_SCHEMA,
    WHOLE,
    Part,
    catalogue_hash,
    ensure_manifest,
)
from dagster_project.domain import default_domain  # noqa: E402
from dagster_project.executors import executor_of  # noqa: E402
from dagster_project.history import Notes, finish_build, load_history, now  # noqa: E402
from dagster_project.inputs import inputs_of  # noqa: E402
from dagster_project.loading import load_frames, load_parquet  # noqa: E402
from dagster_project.publication import audit, remove_build  # noqa: E402
from dagster_project.repairs import repair_build  # noqa: E402
from dagster_project.settings import Settings  # noqa: E402
from dagster_project.tasks import Preparation, reading, recognition  # noqa: E402
from dagster_project.warehouse import warehouse_of  # noqa: E402


def plain_run(settings: Settings) -> None:
    """A cold run without Dagster; a document that cannot be read ends it."""
    gc.set_threshold(700, 10, 1_000)  # both as the command line has it
    atexit.register(gc.freeze)
    domain = default_domain()
    for directory in (settings.work, settings.logs):
        directory.mkdir(parents=True, exist_ok=True)
    with warehouse_of(settings).exclusive():
        remove_build(settings.build)
        notes = Notes.begin(settings.ledger, "plain", now(), settings.jobs)
        entries = {entry.document_id: entry for entry in domain.register(settings.raw)}
        inputs = inputs_of(settings, domain, list(entries.values()))
        catalogue = catalogue_hash(settings)
        readings = {name: reading(settings, domain, entry) for name, entry in entries.items()}
        recognitions = {
            name: recognition(settings, domain, entry, readings[name].results, catalogue)
            for name, entry in entries.items()
        }
        with contextlib.closing(executor_of(settings)) as executor:
            executor.begin(Preparation(domain.extract_tables, domain.extract_forms))
            for tasks in (readings, recognitions):
                for outcome in executor.run(tasks):
                    if not isinstance(outcome.result, Mapping):
                        raise SystemExit(f"{outcome.name}: {outcome.result}")
        forms = {name: task.results.directory for name, task in recognitions.items()}
        _load(settings, forms, domain.schemas)
        load_history(settings.build, warehouse_of(settings), notes)
        build = _dbt(settings)
        build(EQUATIONS)
        repair_build(settings, domain)
        build(STAR_SCHEMA)
        build(WHOLE)
        finish_build(settings.build, notes, inputs)
        if not all(result.passed for result in audit(settings.build, entries)):
            raise SystemExit("the finished file did not pass its audit")
        warehouse_of(settings).publish(settings.build, inputs.build_id)


def _load(settings: Settings, forms: Mapping[str, Path], schemas: Mapping[str, object]) -> None:
    import polars as pl

    from dagster_project.carry_over import RESULTS

    places = sorted(forms.items(), key=lambda item: str(item[1]))
    load_parquet(
        settings.build,
        {table: [place / f"{table}.parquet" for _, place in places] for table in schemas},
    )
    rows = [(name, place.name) for name, place in places]
    load_frames(settings.build, {"results": pl.DataFrame(rows, schema=RESULTS, orient="row")})


def _dbt(settings: Settings):  # type: ignore[no-untyped-def]
    """A function that has dbt build a part as `dbt_builds` does, which needs Dagster."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ.update(settings.environment)
    project = str(settings.dbt_project)
    silent = ["--no-write-json", "--log-level", "none", "--log-level-file", "none"]
    places = ["--project-dir", project, "--profiles-dir", project,
              "--target-path", str(settings.work / "dbt")]  # fmt: skip
    parsed = settings.dbt_target / "partial_parse.msgpack"
    known = ["--partial-parse-file-path", str(parsed)] if parsed.is_file() else []
    manifest = dbtRunner().invoke([*silent, "parse", *known, *places]).result

    def build(part: Part) -> None:
        chosen = ["--select", *part.select.split()]
        chosen += ["--exclude", *part.exclude.split()] if part.exclude else []
        try:
            done = dbtRunner(manifest).invoke([
                *silent, "build", "--indirect-selection", part.tests, *NO_UNIT_TESTS, *chosen,
                *places,
            ])  # fmt: skip
        finally:
            DuckDBConnectionManager.close_all_connections()
        if not done.success:
            raise SystemExit(f"dbt: {done.exception or done.result}")

    return build


def run(arguments: Sequence[str], settings: Settings) -> tuple[float, float]:
    """A program over documents that nobody has read; seconds of the clock, and of the processor."""
    shutil.rmtree(settings.cache / "documents", ignore_errors=True)
    settings.warehouse.unlink(missing_ok=True)
    environment = {**os.environ, **settings.environment, "PYTHONPATH": str(ROOT)}
    before, began = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    wall, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system


def measure(raw: Path, place: Path, rounds: int) -> tuple[list[tuple[float, float]], list[str]]:
    """With Dagster and without: the median of the rounds; and how the last warehouses differ."""
    from tests.comparison import differences

    programs = (
        ["-c", "from dagster_project.cli import main; main()", "run"],
        [__file__, "--plain"],
    )
    places = [place / "dagster", place / "plain"]
    settings = []
    for directory in places:
        directory.mkdir(parents=True)
        given = {"BUDGET_RAW": str(raw), "BUDGET_WAREHOUSE": str(directory / "warehouse.duckdb"),
                 "BUDGET_CACHE": str(directory / "cache")}  # fmt: skip
        settings.append(Settings.from_environment({**os.environ, **given}))
        ensure_manifest(settings[-1])
    found: list[list[tuple[float, float]]] = [[], []]
    for _ in range(rounds):
        for number, arguments in enumerate(programs):
            found[number].append(run(arguments, settings[number]))
            print(number, found[number][-1], file=sys.stderr, flush=True)
    medians = [
        (statistics.median(w for w, _ in costs), statistics.median(c for _, c in costs))
        for costs in found
    ]
    return medians, differences(settings[0].warehouse, settings[1].warehouse)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program [3]")
    parser.add_argument("--directory", type=Path, help="where to put documents and builds")
    parser.add_argument("--plain", action="store_true", help="be the program without Dagster")
    arguments = parser.parse_args()
    if arguments.plain:
        plain_run(Settings.from_environment())
        return
    # The program without Dagster does not load what only the measuring needs.
    from benchmarks import corpus, report

    rows, unlike = [], set()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        for count in arguments.counts:
            directory = Path(name) / str(count)
            corpus.write(directory / "raw", count)
            costs, differing = measure(directory / "raw", directory, arguments.rounds)
            (wall, cpu), (plain_wall, plain_cpu) = costs
            rows.append([
                f"{count:,}", f"{wall:.1f}", f"{plain_wall:.1f}", f"{wall / plain_wall:.2f}",
                f"{cpu:.1f}", f"{plain_cpu:.1f}", f"{cpu / plain_cpu:.2f}",
            ])  # fmt: skip
            unlike |= set(differing)
    head = ["Documents", "With Dagster, s", "without, s", "ratio", "CPU, s", "without, s", "ratio"]
    text = [
        f"A run over documents that nobody has read, and the same functions called by a plain "
        f"program; {report.machine()}, the median of {arguments.rounds} runs in turn. Tables that "
        f"differ: {'; '.join(sorted(unlike)) or 'none'}.",
        report.table(head, rows),
    ]
    report.section("overhead", "\n\n".join(text))


if __name__ == "__main__":
    main()
