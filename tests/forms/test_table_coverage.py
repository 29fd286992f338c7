"""Every table of a document is part of a form, a known table, or listed, and only one of these."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import read, text
from dagster_project.readers.document import Document, Grid

ROOT = Path(__file__).parents[2]
CATALOGUE = catalogue.load(ROOT / "dbt" / "seeds")
SEED = ROOT.parent / "shared" / "documents" / "seed"
FILES = [
    *(p for p in sorted((Path(__file__).parent / "layouts").iterdir()) if p.suffix != ".csv"),
    *(p for p in sorted((ROOT / "raw").iterdir()) if p.suffix in {".md", ".html", ".txt"}),
    *(sorted(SEED.iterdir()) if SEED.is_dir() else []),
]
LISTS = ("form_tables", "known_tables", "unrecognised_tables")

MIXED = """东岭市工业局2031年部门预算
单位名称\t单位性质
东岭市工业局\t行政单位

| 单位：万元 | 部门：东岭市工业局 |

科室\t人数
办公室\t5
"""


def judged(document: Document) -> Counter[int]:
    """How often each table is judged; one that was broken up into lines has no block."""
    tables = recognise(document, "0" * 16, CATALOGUE, {})[1].tables
    rows = [row for name in LISTS for row in tables.get(name, [])]
    return Counter(row["block"] for row in rows if row["block"] is not None)


def grids(document: Document) -> Counter[int]:
    return Counter(n for n, block in enumerate(document.blocks) if isinstance(block, Grid))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_table_is_missing_and_none_is_read_twice(path: Path) -> None:
    document = read(path)
    assert judged(document) == grids(document)


def test_captions_known_and_unknown_tables_are_told_apart() -> None:
    document = text.read(MIXED.encode())
    tables = recognise(document, "0" * 16, CATALOGUE, {})[1].tables
    assert [row["table_kind"] for row in tables["known_tables"]] == ["unit_list", "caption"]
    assert [row["first_text"] for row in tables["unrecognised_tables"]] == [
        "科室 | 人数 | 办公室 | 5"
    ]
    assert judged(document) == grids(document) == Counter({1: 1, 2: 1, 3: 1})
