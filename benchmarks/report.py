"""What benchmarks share: processes measured from outside, and sections of docs/performance.md.

Here: time and memory of a function in a process of its own, and the plots. What is measured stands
in the benchmarks.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import re
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib.colors import HexColor

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
IMAGES = ROOT / "docs" / "images"
_COLOURS = ("#1f6f8b", "#c8553d", "#6a994e", "#7b5ea7")
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Cost:
    """What a call took: seconds of the clock and of the processor, MiB at most, and its result."""

    wall: float
    cpu: float
    megabytes: float
    result: Any


def measured(call: Callable[..., Any], *arguments: Any) -> Cost:
    """Call a function of a module in a fresh process; importing the module is not counted."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_measure, args=(theirs, call, arguments))
    process.start()
    theirs.close()
    cost: Cost = ours.recv()
    process.join()
    return cost


def _measure(connection: Any, call: Callable[..., Any], arguments: Sequence[Any]) -> None:
    began, cpu = time.perf_counter(), _processor_seconds()
    result = call(*arguments)
    wall, used = time.perf_counter() - began, _processor_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    connection.send(Cost(wall, used, peak, result))


def _processor_seconds() -> float:
    own, children = os.times()[:2], os.times()[2:4]
    return sum(own) + sum(children)


def machine() -> str:
    """The machine in a line, as what is measured depends on it."""
    return f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}"


def section(name: str, text: str) -> None:
    """Print a section, and put it in its place on the page."""
    print(text)
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    page = PAGE.read_text("utf-8")
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not place.search(page):
        raise ValueError(f"{PAGE.name} has no place for {name}")
    PAGE.write_text(place.sub(lambda _: f"{begin}\n{text.strip()}\n{end}", page), "utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column text and the others numbers."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, marks, *rows])


def bars(name: str, title: str, values: Mapping[str, float]) -> str:
    """Draw named values as bars; returns the Markdown of the image."""
    drawing = Drawing(640, 60 + 26 * len(values))
    chart = HorizontalBarChart()
    chart.x, chart.y, chart.width, chart.height = 220, 28, 360, 26 * len(values)
    chart.data = [tuple(reversed(values.values()))]
    chart.categoryAxis.categoryNames = list(reversed(values))
    chart.valueAxis.valueMin = 0
    chart.bars[0].fillColor = HexColor(_COLOURS[0])
    chart.bars[0].strokeColor = None
    # Places are reckoned for Helvetica; a page may be shown in a wider font.
    chart.categoryAxis.labels.dx = -28
    chart.barLabelFormat = lambda value: f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    chart.barLabels.nudge = 20
    drawing.add(chart)
    return _saved(drawing, name, title)


def lines(
    name: str, title: str, axis: str, series: Mapping[str, Sequence[tuple[float, float]]]
) -> str:
    """Draw series over an axis of powers of ten; returns the Markdown of the image."""
    drawing = Drawing(640, 300)
    chart = LinePlot()
    chart.x, chart.y, chart.width, chart.height = 60, 50, 420, 210
    chart.data = [list(points) for points in series.values()]
    xs = sorted({x for points in series.values() for x, _ in points})
    chart.xValueAxis.valueSteps = xs
    chart.xValueAxis.valueMin, chart.xValueAxis.valueMax = xs[0], xs[-1]
    chart.yValueAxis.valueMin = 0
    for place, label in enumerate(series):
        chart.lines[place].strokeColor = HexColor(_COLOURS[place % len(_COLOURS)])
        chart.lines[place].strokeWidth = 2
        colour = HexColor(_COLOURS[place % len(_COLOURS)])
        drawing.add(String(492, 240 - 16 * place, label, fontSize=10, fillColor=colour))
    drawing.add(String(270, 14, axis, textAnchor="middle", fontSize=10))
    drawing.add(chart)
    return _saved(drawing, name, title)


def _saved(drawing: Drawing, name: str, title: str) -> str:
    drawing.add(String(drawing.width / 2, drawing.height - 16, title, textAnchor="middle"))
    IMAGES.mkdir(exist_ok=True)
    renderSVG.drawToFile(drawing, str(IMAGES / f"{name}.svg"))
    return f"![{title}](images/{name}.svg)"
