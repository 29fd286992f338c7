"""What a county, a province and the country cost over ten years, from measured unit costs.

Prints the tables of docs/scale.md. Its second part says where the unit costs come from.

    python benchmarks/scale.py [--ocr SHARE ...]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

YEARS = 10
_HOUR = 3600
_GB = 1e9


@dataclass(frozen=True)
class Unit:
    """What one page or one amount takes, and what one document has.

    Attributes:
        pages: of a document: the 25 PDFs of two provinces have 494.
        amounts: of a document.
        page_bytes: of a page as it was published, with text.
        scan_bytes: of a page that is an image.
        cache_bytes: of a page in the cache: its cells and the rows for staging, as Parquet.
        native: processor seconds of a page with text, read and recognised.
        ocr: processor seconds of a page that is an image.
        fact_bytes: of an amount in the warehouse with all its layers, in a file.
        lake_bytes: the same in a lake.
        build: processor seconds of dbt for an amount.
    """

    pages: float = 20
    amounts: float = 200
    page_bytes: float = 22e3
    scan_bytes: float = 300e3
    cache_bytes: float = 4.9e3
    native: float = 0.0054
    ocr: float = 4.8
    fact_bytes: float = 820
    lake_bytes: float = 590
    build: float = 100e-6


@dataclass(frozen=True)
class Place:
    """A territory, by the bodies that publish two documents a year each."""

    name: str
    bodies: int

    def documents(self) -> int:
        """Budgets and final accounts of all years."""
        return self.bodies * 2 * YEARS


PLACES = (
    Place("a county", 80),
    Place("a province", 8_000),
    Place("the country", 250_000),
)


def tables(unit: Unit, shares: Sequence[float]) -> str:
    """Both tables as Markdown: what there is, and what reading it takes at each share of scans."""
    return "\n".join([*_amounts(unit), "", *_reading(unit, shares)])


def _amounts(unit: Unit) -> list[str]:
    lines = [
        "| Ten years of | Documents | Pages | Amounts | Documents with text, GB | Cache, GB"
        " | Warehouse file, GB | Lake, GB | dbt, core-hours |",
        "| --- |" + " ---: |" * 8,
    ]
    for place in PLACES:
        documents = place.documents()
        pages, amounts = documents * unit.pages, documents * unit.amounts
        cells = (
            documents, pages, amounts,
            pages * unit.page_bytes / _GB, pages * unit.cache_bytes / _GB,
            amounts * unit.fact_bytes / _GB, amounts * unit.lake_bytes / _GB,
            amounts * unit.build / _HOUR,
        )  # fmt: skip
        lines.append(f"| {place.name} | " + " | ".join(map(rounded, cells)) + " |")
    return lines


def _reading(unit: Unit, shares: Sequence[float]) -> list[str]:
    heads = [f"{share:.0%} scans" for share in shares]
    lines = [
        "| Core-hours of reading, documents in GB | " + " | ".join(heads) + " |",
        "| --- |" + " ---: |" * len(shares),
    ]
    for place in PLACES:
        pages = place.documents() * unit.pages
        cells = []
        for share in shares:
            hours = pages * (share * unit.ocr + (1 - share) * unit.native) / _HOUR
            size = pages * (share * unit.scan_bytes + (1 - share) * unit.page_bytes) / _GB
            cells.append(f"{rounded(hours)} h, {rounded(size)} GB")
        lines.append(f"| {place.name} | " + " | ".join(cells) + " |")
    return lines


def rounded(number: float) -> str:
    """Two digits that count; the rest is more than is known."""
    if number >= 1:
        return f"{float(f'{number:.2g}'):,.0f}" if number >= 10 else f"{number:.1f}"
    return f"{number:.2g}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--ocr", type=float, nargs="+", default=[0, 0.05, 0.2, 1])
    print(tables(Unit(), parser.parse_args().ocr))


if __name__ == "__main__":
    main()
