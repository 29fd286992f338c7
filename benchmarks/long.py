"""What a single document of 500 pages costs: seconds a page and memory, beside a short one.

    python benchmarks/long.py [--pages N]

The forms of the corpus are typeset as one PDF again and again; the worker that reads and recognises
it is a process of its own. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import report  # noqa: E402
from dagster_project import extraction  # noqa: E402


def write(path: Path, pages: int) -> None:
    """The final account of ``raw/`` as often as it takes to fill so many pages."""
    source = pdfium.PdfDocument(ROOT / "raw" / "qujing_gxj_2024_final_account.pdf")
    target = pdfium.PdfDocument.new()
    while len(target) < pages:
        target.import_pages(source, list(range(min(len(source), pages - len(target)))))
    saved = BytesIO()
    target.save(saved)
    path.write_bytes(saved.getvalue())


def read(directory: Path) -> str:
    """Read and recognise the one document of a directory, as a worker does."""
    (entry,) = extraction.register(directory)
    tables = directory / ".tables.parquet"
    summary = extraction.extract_tables(directory, entry, tables)
    forms = extraction.extract_forms(tables, entry, ROOT / "dbt" / "seeds", directory / ".forms")
    return f"{summary.grids:,} tables, {forms.amounts:,} amounts"


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, nargs="+", default=[29, 100, 500])
    rows = []
    for pages in parser.parse_args().pages:
        with tempfile.TemporaryDirectory() as directory:
            write(Path(directory) / "long.pdf", pages)
            cost = report.measured(read, Path(directory))
        rows.append([
            f"{pages}", f"{cost.cpu:.1f}", f"{1000 * cost.cpu / pages:.0f}",
            f"{cost.megabytes:.0f}", cost.result,
        ])  # fmt: skip
    head = ["Pages", "Processor, s", "a page, ms", "Most memory, MiB", "Found"]
    text = "A typeset document read and recognised by one worker process of its own:"
    report.section("long", f"{text}\n\n{report.table(head, rows)}")


if __name__ == "__main__":
    main()
