"""How long reading takes: ours end to end beside camelot and pdfplumber, over the same pages.

    python benchmarks/reading.py [--pages N] [--published DIRECTORY]

The pages are taken evenly from those with tables of PDFs as they were published (without these,
of the PDF in raw/), and put into one file that each program reads in turn, with one process. What
is printed are seconds per page, their ratio to ours, and how many cells with text each finds.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import camelot
import pdfplumber
import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dagster_project import readers  # noqa: E402
from dagster_project.forms import catalogue  # noqa: E402
from dagster_project.forms.recognise import recognise  # noqa: E402
from dagster_project.readers.cross_check import LINES  # noqa: E402
from dagster_project.readers.document import Grid  # noqa: E402

Reader = Callable[[Path], int]


def ours(path: Path) -> int:
    """Read and recognise, as a run does; the catalogue is loaded before."""
    document = readers.read(path)
    recognise(document, "0" * 16, _seeds(), {})
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return sum(bool(cell.text.strip()) for grid in grids for cell in grid.cells)


def _seeds() -> catalogue.Catalogue:
    return catalogue.load(ROOT / "dbt" / "seeds")


def by_camelot(**engine: str) -> Reader:
    """The lattice of camelot on every page."""

    def read(path: Path) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = camelot.read_pdf(str(path), pages="all", flavor="lattice", **engine)
        return sum(bool(str(text).strip()) for t in tables for row in t.data for text in row)

    return read


def by_pdfplumber(path: Path) -> int:
    """pdfplumber, by ruling lines."""
    count = 0
    with pdfplumber.open(path) as document:
        for page in document.pages:
            tables = page.extract_tables(LINES)
            count += sum(bool(text and text.strip()) for t in tables for row in t for text in row)
            page.close()
    return count


PROGRAMS: tuple[tuple[str, Reader], ...] = (
    ("ours, with recognition", ours),
    ("camelot lattice, default", by_camelot()),
    ("camelot lattice, vector", by_camelot(engine="vector")),
    ("pdfplumber, lines", by_pdfplumber),
)


def sample(files: Sequence[Path], count: int) -> tuple[bytes, int]:
    """A PDF of ``count`` pages with tables, taken evenly from the files; and how many it got."""
    found = [(path, page) for path in files for page in _pages_with_tables(path)]
    step = max(1, len(found) // count)
    chosen = found[::step][:count]
    target = pdfium.PdfDocument.new()
    for path in dict.fromkeys(path for path, _ in chosen):
        source = pdfium.PdfDocument(path)
        target.import_pages(source, [page - 1 for owner, page in chosen if owner == path])
    saved = BytesIO()
    target.save(saved)
    return saved.getvalue(), len(chosen)


def _pages_with_tables(path: Path) -> list[int]:
    blocks = readers.read(path).blocks
    return sorted({block.page for block in blocks if isinstance(block, Grid)})


def main() -> None:
    """Time each program on the same pages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=24, help="how many pages to read [24]")
    parser.add_argument("--published", type=Path, help="directory of PDFs as published",
                        default=ROOT.parent / "shared" / "documents" / "published")  # fmt: skip
    arguments = parser.parse_args()
    files = sorted(arguments.published.rglob("*.pdf")) or sorted((ROOT / "raw").glob("*.pdf"))
    content, count = sample(files, arguments.pages)
    print(f"{count} pages with tables of {len(files)} PDFs, one process\n")
    print(f"{'':28}{'s/page':>9}{'of ours':>10}{'cells':>9}")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sample.pdf"
        path.write_bytes(content)
        _seeds()
        reference = 0.0
        for name, read in PROGRAMS:
            started = time.perf_counter()
            cells = read(path)
            seconds = (time.perf_counter() - started) / count
            reference = reference or seconds
            print(f"{name:28}{seconds:>9.3f}{seconds / reference:>9.1f}×{cells:>9,}")


if __name__ == "__main__":
    main()
