"""How fast documents are read: ours end to end beside camelot and pdfplumber, over all their pages.

    python benchmarks/reading.py [--published DIRECTORY] [--rounds N] [--without-default]

Every program reads every page of the PDFs, in a warm process of its own, in turn and several times:
ours is measured with recognition of forms, and the reader alone. Printed are pages per second of
processor time, the ratio to ours, the most memory, and how many amounts stand alone in a cell.
Some pages of a typeset document are read as they are, and once more as a scan of 300 dpi.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

import camelot
import pdfplumber
import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import report  # noqa: E402
from dagster_project import readers  # noqa: E402
from dagster_project.forms import catalogue  # noqa: E402
from dagster_project.forms.recognise import recognise  # noqa: E402
from dagster_project.readers.cross_check import LINES  # noqa: E402
from dagster_project.readers.document import Document, Grid  # noqa: E402

Cells = Counter[tuple[str, int, str]]
SCANNED = range(3, 9)
"""Pages of the typeset final account: its first statutory forms."""

_AMOUNT = re.compile(r"-?\d{1,3}(?:,\d{3})*\.\d+|-?\d+\.\d+")


def ours(path: Path) -> Iterator[tuple[int, str]]:
    """Read and recognise, as a run does."""
    document = readers.read(path)
    recognise(document, "0" * 16, _seeds(), {})
    yield from _cells(document)


def our_reader(path: Path) -> Iterator[tuple[int, str]]:
    """Read only, as the others do."""
    yield from _cells(readers.read(path))


def _cells(document: Document) -> Iterator[tuple[int, str]]:
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from ((cell.page, cell.text) for cell in block.cells)


def _seeds() -> catalogue.Catalogue:
    return catalogue.load(ROOT / "dbt" / "seeds")


def camelot_vector(path: Path) -> Iterator[tuple[int, str]]:
    """Camelot's lattice on every page, by vectors alone."""
    yield from _camelot(path, engine="vector")


def camelot_default(path: Path) -> Iterator[tuple[int, str]]:
    """Camelot's lattice on every page, as it comes."""
    yield from _camelot(path)


def _camelot(path: Path, **engine: str) -> Iterator[tuple[int, str]]:
    tables = camelot.read_pdf(str(path), pages="all", flavor="lattice", **engine)
    for table in tables:
        yield from ((table.page, str(text)) for row in table.data for text in row)


def pdfplumber_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Pdfplumber on every page, by ruling lines."""
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for table in page.extract_tables(LINES):
                yield from ((page.page_number, text or "") for row in table for text in row)
            page.close()


PROGRAMS: dict[str, Callable[[Path], Iterator[tuple[int, str]]]] = {
    "ours, with recognition": ours,
    "ours, the reader alone": our_reader,
    "camelot lattice, engine vector": camelot_vector,
    "pdfplumber, lines": pdfplumber_lines,
    "camelot lattice, default": camelot_default,
}


def read_all(program: str, files: Sequence[Path]) -> tuple[Cells, float, float]:
    """The amounts of all files by page, and what it took by clock and processor; warm."""
    logging.getLogger("playa").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    read = PROGRAMS[program]
    list(read(files[0]))
    found: Cells = Counter()
    wall, cpu = time.perf_counter(), time.process_time()
    for path in files:
        for page, text in read(path):
            bare = "".join(text.split())
            if _AMOUNT.fullmatch(bare):
                found[path.name, page, bare] += 1
    return found, time.perf_counter() - wall, time.process_time() - cpu


def two_workers(files: Sequence[Path]) -> float:
    """Wall seconds of one worker divided by those of two, over the same files three times."""
    ordered = sorted(files, key=lambda path: -path.stat().st_size) * 3
    seconds = []
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(_count, [files[0]] * workers * 4))
            began = time.perf_counter()
            list(pool.map(_count, ordered))
            seconds.append(time.perf_counter() - began)
    return seconds[0] / seconds[1]


def _count(path: Path) -> int:
    return sum(1 for _ in ours(path))


def scanned_and_not(pages: Sequence[int], directory: Path) -> tuple[Path, Path]:
    """Pages of a typeset final account as a PDF with text, and as a scan of 300 dpi."""
    from tests.corpus import documents
    from tests.corpus.render_scan import Scanner, to_pdf

    whole = documents.RENDERERS[".pdf"](documents.load("qujing_gxj_2024_final_account"))
    native, scan = directory / "native.pdf", directory / "scan.pdf"
    with pdfium.PdfDocument(whole) as source, pdfium.PdfDocument.new() as chosen:
        chosen.import_pages(source, [page - 1 for page in pages])
        chosen.save(native)
    scan.write_bytes(to_pdf(Scanner(300).scan(whole, pages)))
    return native, scan


def compare_scan(pages: Sequence[int]) -> str:
    """A table of each program over the same pages with text, and as a scan."""
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        # In a process of its own: a child of one that was large counts as large itself.
        files = report.measured(scanned_and_not, pages, Path(directory)).result
        for name in [name for name in PROGRAMS if PROGRAMS[name] is not our_reader]:
            cells = [name]
            for file in files:
                cost = report.measured(read_all, name, [file])
                found, _, cpu = cost.result
                speed = f"{len(pages) / cpu:.2g}" if found else "reads nothing"
                cells += [speed, f"{cost.megabytes:.0f}", f"{found.total():,}"]
            rows.append(cells)
    head = ["", "With text: pages a second", "MiB", "amounts", "Scanned: pages a second", "MiB",
            "amounts"]  # fmt: skip
    told = f"{len(pages)} pages of a typeset final account, with text and scanned at 300 dpi:"
    return f"{told}\n\n{report.table(head, rows)}"


def main() -> None:
    """Measure each program in turn and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each program reads [3]")
    parser.add_argument("--without-default", action="store_true",
                        help="leave out camelot's default engine, which takes minutes")  # fmt: skip
    parser.add_argument("--published", type=Path, help="directory of PDFs as published",
                        default=ROOT.parent / "shared" / "documents" / "published")  # fmt: skip
    arguments = parser.parse_args()
    files = sorted(arguments.published.rglob("*.pdf")) or sorted((ROOT / "raw").glob("*.pdf"))
    names = [n for n in PROGRAMS if not (arguments.without_default and n.endswith("default"))]
    costs: dict[str, list[report.Cost]] = {name: [] for name in names}
    for turn in range(arguments.rounds):
        for name in names:
            if turn == 0 or not name.endswith("default"):
                costs[name].append(report.measured(read_all, name, files))
                print(f"{name}: {costs[name][-1].result[2]:.2f} s", file=sys.stderr, flush=True)
    _report(files, costs, two_workers(files), compare_scan(SCANNED))


def _report(
    files: Sequence[Path], costs: dict[str, list[report.Cost]], workers: float, scan: str
) -> None:
    pages = sum(len(pdfium.PdfDocument(path)) for path in files)
    first = next(iter(costs))
    rows, speeds = [], {}
    for name, found in costs.items():
        cpu = [cost.result[2] for cost in found]
        # By pairs of one round, so that a machine that slows down slows down both.
        pairs = zip(cpu, [cost.result[2] for cost in costs[first]], strict=False)
        ratio = median(theirs / own for theirs, own in pairs)
        speeds[name] = pages / median(cpu)
        rows.append([
            name, f"{speeds[name]:.1f}", f"{ratio:.2f}",
            f"{max(cost.megabytes for cost in found):.0f}",
            f"{found[0].result[0].total():,}",
        ])  # fmt: skip
    head = ["", "Pages a second", "Seconds, of ours", "MiB", "Amounts alone in a cell"]
    text = [
        f"{pages} pages of {len(files)} PDFs, {report.machine()}; one warm process each, processor "
        f"time, the median of {len(costs[first])} rounds in turn. Two workers read {workers:.2f} "
        "times as fast as one, by the clock.",
        report.table(head, rows),
        report.bars("reading-speed", "Pages a second of processor time", speeds),
        scan,
    ]
    report.section("reading", "\n\n".join(text))


if __name__ == "__main__":
    main()
