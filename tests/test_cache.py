"""Results are there whole or not at all."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from dagster_project.cache import (
    Results,
    forms_results,
    hash_of,
    hash_of_files,
    keep_newest,
    sweep,
    tables_results,
)
from dagster_project.processes import Limits


@dataclass(frozen=True)
class Summary:
    rows: int
    reason: str | None


def stored(tmp_path: Path) -> Results:
    results = Results(tmp_path / "result")

    def write(directory: Path) -> Summary:
        pl.DataFrame({"line": ["a", "b"]}).write_parquet(directory / "lines.parquet")
        return Summary(2, None)

    results.make(write)
    return results


def test_a_result_exists_once_it_is_whole(tmp_path: Path) -> None:
    results = Results(tmp_path / "a" / "b")

    def write(directory: Path) -> Summary:
        (directory / "x").write_text("1")
        assert results.use() is None
        return Summary(1, "空表")

    assert results.make(write) == {"rows": 1, "reason": "空表"}
    assert results.use() == {"rows": 1, "reason": "空表"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_failed_result_does_not_exist_and_can_be_made_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "a")

    def fail(directory: Path) -> Summary:
        (directory / "half").write_text("1")
        return Summary(rows=len((directory / "absent").read_text()), reason=None)

    with pytest.raises(FileNotFoundError):
        results.make(fail)
    assert results.use() is None
    assert list(tmp_path.iterdir()) == [], "nothing half made is left"
    assert results.make(lambda directory: Summary(0, None)) == results.use()


def truncate(place: Path) -> None:
    file = place / "lines.parquet"
    file.write_bytes(file.read_bytes()[:-40])


def flip_a_bit(place: Path) -> None:
    file = place / "lines.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def change_the_schema(place: Path) -> None:
    pl.DataFrame({"other": [1]}).write_parquet(place / "lines.parquet")


def remove_the_file(place: Path) -> None:
    (place / "lines.parquet").unlink()


def cut_the_summary(place: Path) -> None:
    file = place / "summary.json"
    file.write_text(file.read_text()[:-3])


def change_the_kind_of_the_summary(place: Path) -> None:
    (place / "summary.json").write_text("[]")


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        flip_a_bit,
        change_the_schema,
        remove_the_file,
        cut_the_summary,
        change_the_kind_of_the_summary,
    ],
)
def test_a_damaged_result_counts_as_absent(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    results = stored(tmp_path)
    assert results.use() is not None
    damage(results.directory)
    assert results.use() is None
    assert stored(tmp_path).use() is not None, "it can be made again"


def test_a_refusal_holds_for_its_limits(tmp_path: Path) -> None:
    results = Results(tmp_path / "a" / "tables")
    low, high = Limits(100, 10), Limits(200, 10)
    assert results.refusal(low) is None
    results.refuse("it needs more memory", low)
    assert results.refusal(low) == "it needs more memory"
    assert results.refusal(high) is None
    assert results.use() is None


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_what_no_run_has_used_for_long_is_removed(tmp_path: Path) -> None:
    def write(directory: Path) -> Summary:
        (directory / "x").write_text("1")
        return Summary(1, None)

    old, used, new = (tables_results(tmp_path, version, "aa") for version in ("1", "2", "3"))
    for results in (old, used, new):
        results.make(write)
    for results in (old, used):
        age(results.directory / "summary.json", 40)
    assert used.use() is not None
    gone = tables_results(tmp_path, "1", "bb")
    gone.refuse("it cannot be read", Limits(1, 1))
    age(next(gone.directory.parent.iterdir()), 40)
    partial = new.directory.with_name("tables-4.99.partial")
    partial.mkdir()
    age(partial, 2)
    assert sweep(tmp_path) == 3
    assert [results.use() is not None for results in (old, used, new)] == [False, True, True]
    assert not gone.directory.parent.exists()
    assert not partial.exists()


def test_a_clock_that_was_set_back_removes_nothing(tmp_path: Path) -> None:
    results = stored(tmp_path / "documents" / "aa")
    age(results.directory / "summary.json", -400)
    assert sweep(tmp_path) == 0


def test_the_newest_logs_are_kept(tmp_path: Path) -> None:
    for day in range(5):
        (tmp_path / f"run-2026110{day}.log").touch()
    (tmp_path / "workers.log").touch()
    keep_newest(tmp_path, "run-*.log", 2)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["run-20261103.log", "run-20261104.log", "workers.log"]


def test_keys_hold_what_the_result_depends_on(tmp_path: Path) -> None:
    assert tables_results(tmp_path, "1", "aa") != tables_results(tmp_path, "2", "aa")
    assert tables_results(tmp_path, "1", "aa") != tables_results(tmp_path, "1", "bb")
    assert forms_results(tmp_path, "aa", "x" * 64) != forms_results(tmp_path, "aa", "y" * 64)


def test_hash_of_files_sees_names_and_contents_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    first = hash_of_files(tmp_path, ("*.csv",))
    (tmp_path / "a.log").write_text("1")
    assert hash_of_files(tmp_path, ("*.csv",)) == first
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    renamed = hash_of_files(tmp_path, ("*.csv",))
    (tmp_path / "b.csv").write_text("2")
    assert len({first, renamed, hash_of_files(tmp_path, ("*.csv",))}) == 3
    assert hash_of("a", "b") != hash_of("ab")
