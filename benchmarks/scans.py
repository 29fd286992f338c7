"""How much of a scan is read, and whether what is not is marked: pages as scanners make them.

    python benchmarks/scans.py [--only TEXT] [--keep DIRECTORY]

Pages of the typeset documents are scanned in several ways and run through the whole pipeline. The
facts in its warehouse are held against those of the same pages read as native PDF. Every fact that
is missing or wrong is printed with what marks it: a figure that is damaged or doubted, a row or
column in ``unmapped_labels``, an entry of the review queue, an equation that is not satisfied, or
nothing (``SILENT``). Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.accuracy import NAMES, fact, in_typeface, lines_of_bytes  # noqa: E402
from tests.corpus import documents as corpus  # noqa: E402
from tests.corpus.render_scan import Scanner, to_image, to_pdf  # noqa: E402

FINAL, BUDGET, MUNICIPAL = NAMES
# Pages by what stands on them: totals in panels, tables of ten and of sixteen columns, economic
# codes in three panels, “三公”.
TOTALS, REVENUE, FUNDS, ECONOMIC, THREE_PUBLIC = 3, 4, 7, 9, 14

_LINES = """
select lines.*, documents.file_path
from intermediate.int_lines_repaired as lines
inner join intermediate.int_documents as documents using (document_id)
"""
_UNSATISFIED = """
select distinct terms.line_id
from quality.balance_terms as terms
inner join quality.balance_checks as checks using (equation_id)
where checks.verdict in ('violated', 'not_computable')
"""
_UNMAPPED = """
select documents.file_path, labels.page, labels.row_number
from quality.unmapped_labels as labels
inner join intermediate.int_documents as documents using (document_id)
"""
_UNRECOGNISED = """
select documents.file_path, tables.page
from quality.unrecognised_tables as tables
inner join intermediate.int_documents as documents using (document_id)
"""

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """Pages of a document and how they were scanned."""

    name: str
    document: str
    pages: tuple[int, ...]
    make: Callable[[bytes, Sequence[int]], bytes]
    suffix: str = ".pdf"
    rules: str = "all"


def scanned(scanner: Scanner) -> Callable[[bytes, Sequence[int]], bytes]:
    """A PDF of scans."""
    return lambda native, pages: to_pdf(scanner.scan(native, pages))


def as_tiff(native: bytes, pages: Sequence[int]) -> bytes:
    """One TIFF of several pages."""
    return to_image(Scanner(200).scan(native, pages), "TIFF")


def mixed(native: bytes, pages: Sequence[int]) -> bytes:
    """A PDF in which every other page is a scan."""
    target = pdfium.PdfDocument.new()
    for place, page in enumerate(pages):
        content = to_pdf(Scanner().scan(native, [page])) if place % 2 else native
        target.import_pages(pdfium.PdfDocument(content), [0 if place % 2 else page - 1])
    saved = BytesIO()
    target.save(saved)
    return saved.getvalue()


def cases() -> list[Case]:
    """What is measured."""
    few = (TOTALS, REVENUE, ECONOMIC, THREE_PUBLIC)
    return [
        *(Case(f"300 dpi, {name}", name, (), scanned(Scanner())) for name in NAMES),
        Case("200 dpi", FINAL, (TOTALS, FUNDS, ECONOMIC), scanned(Scanner(200))),
        Case("150 dpi", FINAL, few, scanned(Scanner(150))),
        Case("150 dpi, skewed, noisy", FINAL, few, scanned(Scanner(150, 0.7, noise=10, blur=0.5))),
        Case("300 dpi, skewed, noisy, JPEG", FINAL, few,
             scanned(Scanner(300, -0.9, noise=12, blur=0.8, quality=50))),
        Case("300 dpi, JPEG of quality 20", FINAL, few, scanned(Scanner(quality=20))),
        Case("300 dpi, turned", FINAL, (REVENUE, ECONOMIC), scanned(Scanner(quarter_turns=1))),
        Case("300 dpi, three rules", FINAL, few, scanned(Scanner()), rules="three"),
        Case("native and scanned pages", FINAL, few, mixed),
        Case("TIFF of several pages, 200 dpi", FINAL, (TOTALS, THREE_PUBLIC), as_tiff, ".tiff"),
    ]  # fmt: skip


@cache
def native(document: str, rules: str) -> bytes:
    """The document as PDF, with all rules or with three a table."""
    from tests.corpus.render_pdf import render_pdf

    return render_pdf(in_typeface(corpus.load(document)), rules)


def made(case: Case) -> tuple[bytes, bytes]:
    """The native pages with rules, which are the truth, and their scan.

    All pages are those behind the cover and the table of contents, as in a scanned annex.
    """
    whole = native(case.document, "all")
    count = len(pdfium.PdfDocument(whole))
    pages = case.pages or tuple(range(3, count + 1))
    content = case.make(native(case.document, case.rules), pages)
    return _of_pages(whole, pages), content


def _of_pages(content: bytes, pages: Sequence[int]) -> bytes:
    target = pdfium.PdfDocument.new()
    target.import_pages(pdfium.PdfDocument(content), [page - 1 for page in pages])
    saved = BytesIO()
    target.save(saved)
    return saved.getvalue()


@dataclass(frozen=True, slots=True)
class Warehouse:
    """What a run made of the scans."""

    lines: dict[str, list[Line]]
    marks: dict[str, set[str]]
    unmapped: set[tuple[str, int, int]]
    unrecognised: set[tuple[str, int]]

    def marked(self, line: Line) -> list[str]:
        """What marks a line as doubtful."""
        place = line["file_path"], line["page"], line["row_number"]
        own = set(self.marks.get(line["line_id"], ()))
        return sorted(own | ({"unmapped"} if place in self.unmapped else set()))


def run(raw: Path, directory: Path) -> Warehouse:
    """Run the pipeline over a directory of documents."""
    file = directory / "warehouse.duckdb"
    places = {"RAW": raw, "WAREHOUSE": file, "CACHE": directory / "cache"}
    environment = os.environ | {f"BUDGET_{name}": str(path) for name, path in places.items()}
    code = "from dagster_project.cli import main; raise SystemExit(main(['run']))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=False)  # fmt: skip
    if not file.is_file():
        raise SystemExit(f"the run published nothing:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    with duckdb.connect(str(file), read_only=True) as warehouse:
        found = warehouse.execute(_LINES)
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        marks: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row["state"] == "damaged":
                marks[row["line_id"]].add("damaged")
            if (row["confidence"] or 1.0) < 0.5:
                marks[row["line_id"]].add("confidence")
        queries = {
            "equation": _UNSATISFIED, "review": "select line_id from quality.review_queue",
        }  # fmt: skip
        for mark, query in queries.items():
            for (line_id,) in warehouse.execute(query).fetchall():
                marks[line_id].add(mark)
        lines: defaultdict[str, list[Line]] = defaultdict(list)
        for row in rows:
            lines[row["file_path"]].append(row)
        return Warehouse(
            lines, marks, set(warehouse.execute(_UNMAPPED).fetchall()),
            set(warehouse.execute(_UNRECOGNISED).fetchall()),
        )  # fmt: skip


def report(case: Case, file: str, truth: Iterable[Line], warehouse: Warehouse) -> None:
    """Print one case, and each fact that differs with what marks it."""
    wanted = Counter(map(fact, truth))
    own = warehouse.lines.get(file, [])
    found = [line for line in own if line["amount_yuan"] is not None or line["quantity"]]
    got = Counter(map(fact, (line for line in found if line["number_text"])))
    missing, extra = wanted - got, got - wanted
    right = (wanted & got).total()
    notes: list[tuple[str, str]] = []
    for one in extra.elements():
        marks = sorted({m for line in found if line["number_text"] and fact(line) == one
                        for m in warehouse.marked(line)})  # fmt: skip
        notes.append((f"wrong {one}", ", ".join(marks) or "SILENT"))
    for one in missing.elements():
        notes.append((f"missing {one}", ", ".join(_why_missing(one, file, own, warehouse))))
    silent = sum(mark == "SILENT" for _, mark in notes)
    share = right / max(1, wanted.total())
    print(f"{case.name:48}{wanted.total():>7,}{share:>10.2%}{extra.total():>7}{silent:>8}")
    for text, mark in notes[:30]:
        print(f"    {text}: {mark}")
    if len(notes) > 30:
        print(f"    and {len(notes) - 30} more")


def _why_missing(one: Any, file: str, own: Sequence[Line], warehouse: Warehouse) -> list[str]:
    """What marks that a fact is missing: the cell it should stand in, else its form."""
    form, about, column, _ = one
    lines = [line for line in own if line["form"] == form]
    if not lines:
        is_listed = any(name == file for name, _ in warehouse.unrecognised)
        return ["table unrecognised" if is_listed else "SILENT"]
    here = [line for line in lines if line["column_item"] == column
            and about in {line["function_code"], line["economic_code"], line["label"]}]  # fmt: skip
    marks = {mark for line in here for mark in warehouse.marked(line)}
    if not marks and not here:
        marks = {f"in its form: {m}" for line in lines for m in warehouse.marked(line)}
    return sorted(marks) or ["SILENT"]


def main() -> None:
    """Measure all cases, or those whose name contains a text."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--keep", type=Path, help="directory in which the scans are kept")
    arguments = parser.parse_args()
    chosen = [case for case in cases() if arguments.only in case.name]
    with tempfile.TemporaryDirectory() as name:
        directory = arguments.keep or Path(name)
        (directory / "raw").mkdir(parents=True, exist_ok=True)
        truths = {}
        for place, case in enumerate(chosen):
            truth, content = made(case)
            file = f"scan{place:02}{case.suffix}"
            truths[file] = lines_of_bytes(truth, ".pdf")
            (directory / "raw" / file).write_bytes(content)
        started = time.perf_counter()
        warehouse = run(directory / "raw", directory)
        print(f"{'scan':48}{'printed':>7}{'accuracy':>10}{'extra':>7}{'silent':>8}")
        for (file, truth), case in zip(truths.items(), chosen, strict=True):
            report(case, file, truth, warehouse)
        print(f"\n{time.perf_counter() - started:,.0f} seconds")


if __name__ == "__main__":
    main()
