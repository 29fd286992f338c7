"""A person's way through the review queue: look, decide, run again; a stale one stops a run."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.balance.corrections import COLUMNS
from dagster_project.run import run_warehouse
from dagster_project.settings import Settings

SCAN = """# 东岭市工业局2024年度部门决算

支出决算表

公开03表

单位：元

| 科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
|  | 合计 | 1, 000. 00 | 990. 00 | 10. 00 |
| 201 | 一般公共服务支出 | 1, 000. 00 | 990. 00 | 10. 00 |
| 20106 | 财政事务 | 1, 000. 00 | 990. 00 | 10. 00 |
| 2010601 | 行政运行 | 4?0. 00 | 4?0. 00 | 0. 00 |
| 2010602 | 一般行政管理事务 | 5?0. 00 | 5?0. 00 | 10. 00 |
"""
_QUEUE = """
select file_path, form_number, page, row_number, column_number, printed_text
from quality.review_queue where row_number = 14 order by column_number
"""
_FACTS = """
select lines.amount_yuan, lines.is_repaired, lines.printed_text
from marts.fct_budget_line as lines where lines.row_number = 14 order by lines.column_number
"""


@dataclass(frozen=True)
class Desk:
    """A directory of documents and the warehouse that a run makes of it."""

    settings: Settings

    def run(self) -> bool:
        return run_warehouse(self.settings)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def decide(self, *rows: tuple[Any, ...]) -> None:
        file = self.settings.raw / "corrections.csv"
        with file.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([COLUMNS, *rows])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "scan.md").write_text(SCAN, encoding="utf-8")
    return Desk(
        Settings.from_environment(
            {
                "BUDGET_RAW": str(tmp_path / "raw"),
                "BUDGET_WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
                "BUDGET_CACHE": str(tmp_path / "cache"),
            }
        )
    )


def test_a_cell_in_the_queue_is_decided_and_a_stale_decision_stops_the_run(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.run()
    queue = desk.query(_QUEUE)
    assert [row[-1] for row in queue] == ["4?0. 00", "4?0. 00"]

    signed = ("read in the paper copy", "the archive", "2026-01-31")
    decisions = [(*row, "420.00", *signed) for row in queue]
    desk.decide(*decisions)
    assert desk.run()
    assert desk.query(_QUEUE) == []
    assert desk.query(_FACTS)[:2] == [(Decimal("420.00"), True, "4?0. 00")] * 2
    evidence = desk.query("select distinct evidence from quality.repairs where cost is null")
    assert evidence == [("decided by the archive on 2026-01-31: read in the paper copy",)]

    file, form, page, row, column, _ = queue[0]
    desk.decide((file, form, page, row, column, "430.00", "430.00", *signed))
    capsys.readouterr()
    assert not desk.run()
    said = " ".join(capsys.readouterr().out.split())
    assert "a correction does not match what is read" in said
    assert f"corrections.csv, line 2: scan.md, 公开03表, page 1, row {row}, column {column}" in said
    assert "the cell prints '4?0. 00', not '430.00'" in said
    assert desk.query(_FACTS)[0][0] == Decimal("420.00")  # the warehouse before it still stands
