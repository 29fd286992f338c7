"""How much of what is printed is read: the same figures in every format, and a peer's opinion.

    python benchmarks/accuracy.py [formats] [published] [--scan-pages N] [--published DIRECTORY]

``formats``: the documents of tests/corpus are typeset in every format; the facts read from each are
held against those of the document in raw/. ``published``: coded amounts that pdfplumber reads in
PDFs as they were published are looked up among ours, and each that is not there is printed with
both readings. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dagster_project import readers  # noqa: E402
from dagster_project.forms import catalogue  # noqa: E402
from dagster_project.forms.recognise import recognise  # noqa: E402
from dagster_project.readers.cross_check import LINES  # noqa: E402
from dagster_project.readers.document import ReadError  # noqa: E402
from tests.corpus import documents as corpus  # noqa: E402

NAMES = {
    "qujing_gxj_2024_final_account": ".pdf",
    "xianning_jxj_2023_budget": ".html",
    "nanan_jxw_2024_budget": ".md",
}
SCANNED = "qujing_gxj_2024_final_account"
SURE = 0.5

Fact = tuple[str, str, str | None, str]
Render = Callable[[Any], bytes]


@cache
def seeds() -> catalogue.Catalogue:
    """The catalogue, loaded once."""
    return catalogue.load(ROOT / "dbt" / "seeds")


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The amounts of a document."""
    tables = recognise(readers.read(path), "0" * 16, seeds(), {})[1].tables
    return [line for line in tables.get("lines", []) if line["number_text"] is not None]


def lines_of_bytes(content: bytes, suffix: str) -> list[dict[str, Any]]:
    """The amounts of a document that is not a file yet."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"document{suffix}"
        path.write_bytes(content)
        return lines_of(path)


def fact(line: dict[str, Any]) -> Fact:
    """What an amount says: form, code or label, column, number."""
    codes = [line[name] for name in ("function_code", "economic_code") if line[name] != "all"]
    about = codes[0] if codes else re.sub(r"\s", "", line["label"] or "")
    return line["form"], about, line["column_item"], str(Decimal(line["number_text"]))


# formats -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """How the facts of a format compare with those that are printed."""

    expected: int = 0
    right: int = 0
    extra: int = 0
    silent: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(
        self, truth: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]], name: str
    ) -> None:
        """Count one document; ``silent`` are wrong facts that nothing marks as doubtful."""
        wanted = Counter(map(fact, truth))
        got = Counter(map(fact, found))
        wrong = got - wanted
        self.expected += wanted.total()
        self.right += (wanted & got).total()
        self.extra += wrong.total()
        sure = Counter(fact(x) for x in found if (x["confidence"] or 1.0) >= SURE)
        self.silent += (sure & wrong).total()
        lost, added = Counter(f[0] for f in wanted - got), Counter(f[0] for f in wrong)
        for form in sorted(lost | added):
            self.failures.append(f"{name}, {form}: {lost[form]} not read, {added[form]} wrong")


def ruled(draw: Callable[..., None]) -> Render:
    """A PDF renderer that draws its rules in another way."""

    def render(document: Any) -> bytes:
        from tests.corpus import render_pdf

        usual = render_pdf._draw_rules
        render_pdf._draw_rules = lambda canvas, *where: usual(_Pen(canvas, draw), *where)
        try:
            return render_pdf.render_pdf(in_typeface(document))
        finally:
            render_pdf._draw_rules = usual

    return render


def unruled(rules: str) -> Render:
    """A PDF renderer that draws three rules a table, or none."""

    def render(document: Any) -> bytes:
        from tests.corpus.render_pdf import render_pdf

        return render_pdf(in_typeface(document), rules)

    return render


class _Pen:
    """A canvas whose lines are drawn in another way."""

    def __init__(self, canvas: Any, draw: Callable[..., None]) -> None:
        self._canvas, self._draw = canvas, draw

    def setLineWidth(self, width: float) -> None:  # noqa: N802
        """Nothing: the drawing decides."""

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a rule."""
        self._draw(self._canvas, x0, y0, x1, y1)


def line(canvas: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule as spreadsheets print it."""
    canvas.setLineWidth(0.5)
    canvas.line(x0, y0, x1, y1)


def rectangle(canvas: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule as a filled rectangle, as office programs draw it."""
    left, low = min(x0, x1), min(y0, y1)
    canvas.rect(left, low, max(abs(x1 - x0), 0.5), max(abs(y1 - y0), 0.5), stroke=0, fill=1)


def hairline(canvas: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule as thin as the device draws."""
    canvas.setLineWidth(0)
    canvas.line(x0, y0, x1, y1)


def in_typeface(document: Any) -> Any:
    """The document without the signs that the PDF's typeface lacks; no figure has them."""

    def plain(text: str) -> str:
        return text.replace("≥", ">=").replace("≤", "<=")

    def of_block(block: Any) -> Any:
        if hasattr(block, "cells"):
            return replace(
                block, cells=tuple(replace(cell, text=plain(cell.text)) for cell in block.cells)
            )
        return replace(block, text=plain(block.text))

    return replace(document, blocks=tuple(map(of_block, document.blocks)))


def renderers() -> Iterator[tuple[str, str, Render | str]]:
    """Format, suffix and renderer; a text instead says why there is none."""
    yield "PDF, lines", ".pdf", ruled(line)
    yield "PDF, rectangles", ".pdf", ruled(rectangle)
    yield "PDF, hairlines", ".pdf", ruled(hairline)
    yield "PDF, three rules", ".pdf", unruled("three")
    yield "PDF, no rules", ".pdf", unruled("none")
    yield "HTML", ".html", corpus.RENDERERS[".html"]
    yield "Markdown", ".md", corpus.RENDERERS[".md"]
    for name, suffix, module in (
        ("XLSX", ".xlsx", "render_xlsx"),
        ("XLS", ".xls", "render_xls"),
        ("DOCX", ".docx", "render_docx"),
        ("OFD", ".ofd", "render_ofd"),
        ("CSV", ".csv", "render_csv"),
    ):
        try:
            made = __import__(f"tests.corpus.{module}", fromlist=[module])
            yield name, suffix, getattr(made, module)
        except ImportError as error:
            yield name, suffix, f"not rendered: {error}"


def formats(scan_pages: int) -> None:
    """Print how much of the corpus is read from each format."""
    truths = {name: lines_of(ROOT / "raw" / f"{name}{suffix}") for name, suffix in NAMES.items()}
    print(f"Same figures, same facts: {sum(map(len, truths.values())):,} amounts of "
          f"{len(NAMES)} documents; a fact is (form, code or label, column, number)\n")  # fmt: skip
    print(f"{'format':24}{'printed':>9}{'right':>9}{'accuracy':>10}{'extra':>7}{'silent':>8}"
          f"{'seconds':>9}")  # fmt: skip
    for name, suffix, render in renderers():
        if isinstance(render, str):
            print(f"{name:24}{render}")
            continue
        score = Score()
        for document, truth in truths.items():
            _measure(score, document, truth, lambda d=document, r=render: r(corpus.load(d)), suffix)
        _print_score(name, score)
    if scan_pages:
        scans(scan_pages)


def _measure(
    score: Score, name: str, truth: Sequence[dict[str, Any]], make: Callable[[], bytes], suffix: str
) -> None:
    try:
        content = make()
        started = time.perf_counter()
        found = lines_of_bytes(content, suffix)
    except (ReadError, ValueError, ImportError) as error:
        score.failures.append(f"{name}: {error}")
        found = []
    else:
        score.seconds += time.perf_counter() - started
    score.add(truth, found, name)


def _print_score(name: str, score: Score) -> None:
    share = score.right / score.expected if score.expected else 0.0
    print(f"{name:24}{score.expected:>9,}{score.right:>9,}{share:>10.2%}{score.extra:>7,}"
          f"{score.silent:>8,}{score.seconds:>9.1f}")  # fmt: skip
    for failure in score.failures:
        print(f"    {failure}")


def scans(count: int) -> None:
    """The same for scans of the first pages with forms; the truth is the native reading of them."""
    try:
        from tests.corpus.render_scan import Scanner, to_pdf
    except ImportError as error:
        print(f"{'scans':24}not rendered: {error}")
        return
    pages = range(3, 3 + count)
    native = _pages_of(corpus.render(SCANNED, ".pdf"), pages)
    truth = lines_of_bytes(native, ".pdf")
    for name, scanner in (
        ("scan, 300 dpi", Scanner(300)),
        ("scan, 150 dpi", Scanner(150)),
        ("scan, 300 dpi, bad", Scanner(300, skew=0.8, noise=12, blur=0.8, quality=60)),
    ):
        score = Score()
        scanned = to_pdf(scanner.scan(native, range(1, count + 1)))
        _measure(score, SCANNED, truth, lambda content=scanned: content, ".pdf")
        _print_score(f"{name} ({count} p.)", score)


def _pages_of(content: bytes, pages: Sequence[int]) -> bytes:
    source, target = pdfium.PdfDocument(content), pdfium.PdfDocument.new()
    target.import_pages(source, [page - 1 for page in pages])
    saved = BytesIO()
    target.save(saved)
    return saved.getvalue()


# published documents -------------------------------------------------------------------------

_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_PART = re.compile(r"\d{2}")
_AMOUNT = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def coded_amounts(table: Sequence[Sequence[str | None]]) -> Iterator[tuple[str, Decimal]]:
    """Codes and the amounts behind them, of a table as pdfplumber reads it.

    A row is a code (in one cell or in up to three), a name, and amounts; and there may be several
    of these side by side.
    """
    for row in table:
        code, named = "", False
        for cell in row:
            text = "".join(unicodedata.normalize("NFKC", cell or "").split())
            if not text:
                continue
            if _PART.fullmatch(text) and code and not named and len(code) < 7:
                code += text
            elif _CODE.fullmatch(text) and (not named or text[0] != "0") and not _is_amount(text):
                if named or not code:
                    code, named = text, False
            elif _AMOUNT.fullmatch(text):
                if code and named:
                    yield code, Decimal(text.replace(",", ""))
            elif code:
                named = True


def _is_amount(text: str) -> bool:
    return "." in text or "," in text


def published(directory: Path) -> None:
    """Print how many coded amounts of pdfplumber are ours, and every one that is not."""
    files = sorted(directory.rglob("*.pdf"))
    if not files:
        print(f"\nno PDF below {directory}: agreement with pdfplumber is not measured")
        return
    print(f"\nCoded amounts that pdfplumber reads in {len(files)} published PDFs\n")
    total = agreed = 0
    differences: list[str] = []
    for path in files:
        own, others = _ours(path), _theirs(path)
        for (page, code), values in sorted(others.items()):
            total += values.total()
            same = values & own[page, code]
            agreed += same.total()
            for value in (values - same).elements():
                place = f"{path.name}, page {page}, code {code}"
                differences.append(
                    f"{place}: pdfplumber {value}; {_reason(own, page, code, value)}"
                )
    print(f"{agreed:,} of {total:,} agree in code and value: {agreed / max(total, 1):.3%}")
    for difference in differences:
        print(f"  {difference}")


Coded = defaultdict[tuple[int, str], Counter[Decimal]]


def _ours(path: Path) -> Coded:
    own: Coded = defaultdict(Counter)
    for line in lines_of(path):
        number = Decimal(line["number_text"])
        for name in ("function_code", "economic_code"):
            if line[name] != "all":
                own[line["page"], line[name]][number] += 1
    return own


def _theirs(path: Path) -> Coded:
    others: Coded = defaultdict(Counter)
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for table in page.extract_tables(LINES):
                for code, value in coded_amounts(table):
                    others[page.page_number, code][value] += 1
            page.close()
    return others


def _reason(own: Coded, page: int, code: str, value: Decimal) -> str:
    """What stands here instead: the amount under another code, or another amount."""
    deeper = sorted(c for p, c in own if p == page and c != code and own[p, c][value])
    related = [other for other in deeper if other.startswith(code) or code.startswith(other)]
    if related:
        return f"here the amount has the code {', '.join(related)}"
    if own[page, code]:
        return f"here {', '.join(str(value) for value in own[page, code].elements())}"
    if deeper:
        return f"here the amount has the code {', '.join(deeper)}"
    return "no such coded amount here on this page"


def main() -> None:
    """Measure what is asked for; all, if nothing is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", help="formats, published [both]")
    parser.add_argument("--scan-pages", type=int, default=4, help="pages to scan [4]; 0: none")
    parser.add_argument("--published", type=Path, help="directory of PDFs as published",
                        default=ROOT.parent / "shared" / "documents" / "published")  # fmt: skip
    arguments = parser.parse_args()
    what = arguments.what or ["formats", "published"]
    if "formats" in what:
        formats(arguments.scan_pages)
    if "published" in what:
        published(arguments.published)


if __name__ == "__main__":
    main()
