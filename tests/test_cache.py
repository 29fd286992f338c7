"""Results are there whole or not at all."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project.cache import Results, forms_results, hash_of, hash_of_files, tables_results


@dataclass(frozen=True)
class Summary:
    rows: int
    reason: str | None


def test_a_result_exists_once_it_is_whole(tmp_path: Path) -> None:
    results = Results(tmp_path / "a" / "b")

    def write(directory: Path) -> Summary:
        (directory / "x").write_text("1")
        assert not results.exists
        return Summary(1, "空表")

    assert results.make(write) == {"rows": 1, "reason": "空表"}
    assert results.exists
    assert results.summary() == {"rows": 1, "reason": "空表"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_failed_result_does_not_exist_and_can_be_made_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "a")

    def fail(directory: Path) -> Summary:
        (directory / "half").write_text("1")
        return Summary(rows=len((directory / "absent").read_text()), reason=None)

    with pytest.raises(FileNotFoundError):
        results.make(fail)
    assert not results.exists
    assert results.make(lambda directory: Summary(0, None)) == results.summary()
    assert not (tmp_path / "a" / "half").exists()


def test_keys_hold_what_the_result_depends_on(tmp_path: Path) -> None:
    assert tables_results(tmp_path, "1", "aa") != tables_results(tmp_path, "2", "aa")
    assert tables_results(tmp_path, "1", "aa") != tables_results(tmp_path, "1", "bb")
    assert forms_results(tmp_path, "1", "aa", "x" * 64) != forms_results(
        tmp_path, "1", "aa", "y" * 64
    )


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
