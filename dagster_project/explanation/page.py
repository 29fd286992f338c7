"""The explanation as one HTML page that needs nothing else: no server, no network, no fonts.

Here: what stands on the page. How it looks and moves is in ``page.css`` and ``page.js``. Every
text of the document is escaped, and the page forbids itself to fetch anything.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from dagster_project.explanation.images import PageImage, page_images
from dagster_project.explanation.reading import (
    AMOUNT,
    BLANK,
    CODE,
    DAMAGED,
    LABEL,
    UNRECOGNISED,
    BlockReading,
    CellReading,
    PageReading,
    Problem,
    Reading,
    Row,
    code_of,
)

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_ROLE_NAMES = {
    LABEL: "文字 Label",
    CODE: "代码 Code",
    AMOUNT: "金额 Amount",
    BLANK: "空白、不适用 Blank",
    DAMAGED: "损坏 Damaged",
    UNRECOGNISED: "未识别 Unrecognised",
}
_FACT_NAMES = {
    "role": "类别 Role",
    "text": "原文 Printed",
    "form": "表 Form",
    "label": "项目 Row",
    "column": "栏目 Column",
    "code": "科目编码 Code",
    "yuan": "金额(元) Amount in yuan",
    "damage": "原因 Damage",
    "confidence": "置信度 Confidence",
}
_DOCUMENT_NAMES = {
    "department_name": "部门 Department",
    "fiscal_year": "年度 Fiscal year",
    "document_kind": "种类 Kind",
    "status": "状态 Status",
    "status_reason": "原因 Reason",
    "format": "格式 Format",
    "text_origin": "文字来源 Text from",
    "unit": "单位 Unit",
    "document_id": "编号 Document id",
}
_PROBLEM_NAMES = {
    "damaged": "损坏",
    "unsure": "存疑",
    "missing form": "缺表",
    "note": "提示",
    "unmapped label": "未映射",
    "unrecognised table": "未识别表",
    "skipped page": "未读页",
    "quarantined": "未能读取",
    "no_fiscal_tables": "无预决算表",
}
_HINT = "把指针移到单元格上，或按 Tab 与方向键。 Point at a cell, or use Tab and the arrow keys."
_UNSURE = 0.5
_FORMS_IN_HEADING = 2
_SCREEN_PIXELS_PER_POINT = 1.45


def render(reading: Reading, file: Path) -> str:
    """The page, complete."""
    here = Path(__file__).parent
    numbers = [page.number for page in reading.pages]
    images = page_images(file, reading.document["format"], numbers)
    names = {form["form_id"]: _form_name(form) for form in reading.forms}
    title = escape(reading.document["file_path"])
    parts = [
        "<!doctype html>",
        '<html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title} · 识别说明</title>",
        f"<style>{(here / 'page.css').read_text('utf-8')}</style></head><body>",
        '<a class="skip" href="#pages">跳到页面 Skip to the pages</a>',
        f'<header class="bar"><h1>{title}</h1>{_legend(reading)}</header>',
        f'<div class="layout">{_side(reading, without_images=not images)}<main id="pages">',
        *(_page(reading, page, images.get(page.number), names) for page in reading.pages),
        "</main></div>",
        f'<div id="cell" role="status" aria-live="polite"><span>{_HINT}</span></div>',
        f'<script type="application/json" id="names">{_json(_FACT_NAMES)}</script>',
        f"<script>{(here / 'page.js').read_text('utf-8')}</script></body></html>",
    ]
    return "\n".join(parts)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _legend(reading: Reading) -> str:
    counts: Counter[str] = Counter()
    for page in reading.pages:
        counts += page.roles()
    boxes = (
        f'<label><input type="checkbox" checked value="{role}">'
        f'<span class="swatch" style="border-color:var(--{role});background:'
        f'color-mix(in srgb,var(--{role}) 18%,#fff)"></span>'
        f"{name} {counts[role]:,}</label>"
        for role, name in _ROLE_NAMES.items()
        if counts[role]
    )
    return f'<fieldset class="legend" aria-label="图例 Legend">{"".join(boxes)}</fieldset>'


# the list beside the pages -------------------------------------------------------------------


def _side(reading: Reading, *, without_images: bool) -> str:
    facts = "".join(
        f"<dt>{name}</dt><dd>{escape(str(reading.document[key]))}</dd>"
        for key, name in _DOCUMENT_NAMES.items()
        if reading.document[key] is not None
    )
    tables = _first_tables(reading) if without_images else {}
    forms = "".join(_form_item(reading, form, tables) for form in reading.forms)
    problems = "".join(_problem_item(problem) for problem in reading.problems)
    return (
        '<nav class="side" aria-label="表与问题 Forms and problems">'
        f"<h2>文件 Document</h2><dl>{facts}</dl>"
        f"<h2>问题 Problems ({len(reading.problems)})</h2>"
        + (f"<ul>{problems}</ul>" if problems else "<p>无 None</p>")
        + f"<h2>表 Forms ({len(reading.forms)})</h2><ol>{forms}</ol></nav>"
    )


def _form_item(reading: Reading, form: Row, tables: dict[str, int]) -> str:
    own = Counter(f["state"] for f in reading.figures if f["form_id"] == form["form_id"])
    facts = [
        form["form"] or "未知 unknown",
        f"单位 {form['unit']}" if form["unit"] else "",
        f"score {form['score']:.0f}" if form["score"] is not None else "",
        "空表 empty" if form["is_empty"] else _states(own) or form["status"],
    ]
    small = escape(" · ".join(fact for fact in facts if fact))
    evidence = escape(form["evidence"] or "")
    name = escape(_form_name(form))
    if form["form_id"] in tables:
        name = f'<a href="#b{tables[form["form_id"]]}">{name}</a>'
    else:
        name = _link(form["page"], name)
    return f'<li title="{evidence}">{name}<small>{small}</small></li>'


def _first_tables(reading: Reading) -> dict[str, int]:
    """The first table of each form: a sheet or a file without pages may hold many."""
    first: dict[str, int] = {}
    for page in reading.pages:
        for grid in page.grids:
            for fact in (fact for cell in grid.cells for fact in cell.facts):
                first.setdefault(fact["form_id"], grid.number)
    return first


def _problem_item(problem: Problem) -> str:
    chinese = _PROBLEM_NAMES.get(problem.kind, "")
    kind = f'<span class="kind">{escape(f"{chinese} {problem.kind}".strip())}</span>'
    place = _link(problem.page, f"第 {problem.page} 页") if problem.page else ""
    return f"<li>{kind} {place}<br>{escape(problem.text)}</li>"


def _link(page: int | None, text: str) -> str:
    return f'<a href="#p{page}">{text}</a>' if page else text


def _form_name(form: Row) -> str:
    return f"{form['form_number'] or ''} {form['title'] or form['form'] or ''}".strip()


def _states(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items()))


# pages ---------------------------------------------------------------------------------------


def _page(
    reading: Reading, page: PageReading, image: PageImage | None, names: dict[str, str]
) -> str:
    number = page.number
    forms = [f for f in reading.forms if f["page"] == number and f["found"]]
    states = Counter(f["state"] for f in reading.figures if f["page"] == number)
    about = [_form_name(form) for form in forms[:_FORMS_IN_HEADING]]
    about += [f"共 {len(forms)} 表 forms" if len(forms) > len(about) else "", _states(states)]
    about += [] if page.blocks else ["未读到内容 nothing was read"]
    small = escape(" · ".join(part for part in about if part))
    boxed = image is not None and any(c.box for g in page.grids for c in g.cells)
    body = _image(page, image, names) if image else ""
    if not boxed:
        body += "".join(_table(grid, names) for grid in page.grids)
    return (
        f'<section class="page" id="p{number}" aria-labelledby="h{number}">'
        f'<h2 id="h{number}">第 {number} 页 Page {number}<small>{small}</small></h2>'
        f"{body}{_prose(page)}</section>"
    )


def _image(page: PageReading, image: PageImage, names: dict[str, str]) -> str:
    cells = [cell for grid in page.grids for cell in grid.cells if cell.box]
    boxes = "".join(
        _box(cell, names, is_first=index == 0) for index, cell in enumerate(_by_area(cells))
    )
    width = image.width * _SCREEN_PIXELS_PER_POINT
    label = f"第 {page.number} 页的单元格 Cells of page {page.number}"
    return (
        f'<div class="sheet" style="width:{width:.0f}px">'
        f'<img alt="第 {page.number} 页 Page {page.number}" src="{image.address}" '
        f'width="{image.width:.0f}" height="{image.height:.0f}">'
        f'<svg viewBox="0 0 {image.width:g} {image.height:g}" role="group" '
        f'aria-label="{label}" data-cells>{boxes}</svg></div>'
    )


def _by_area(cells: Iterable[CellReading]) -> list[CellReading]:
    """Large cells first, so that the pointer reaches what lies on them."""

    def area(cell: CellReading) -> float:
        x0, y0, x1, y1 = cell.box or (0, 0, 0, 0)
        return (x1 - x0) * (y1 - y0)

    return sorted(cells, key=area, reverse=True)


def _box(cell: CellReading, names: dict[str, str], *, is_first: bool) -> str:
    x0, y0, x1, y1 = cell.box or (0, 0, 0, 0)
    return (
        f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" '
        f'role="img" {_attributes(cell, names, is_first=is_first)}/>'
    )


def _attributes(cell: CellReading, names: dict[str, str], *, is_first: bool) -> str:
    facts = list(_facts(cell, names))
    spoken = ", ".join(value for _, value in facts)
    unsure = " unsure" if cell.confidence is not None and cell.confidence < _UNSURE else ""
    return (
        f'class="c {cell.role}{unsure}" tabindex="{0 if is_first else -1}" '
        f'aria-label="{escape(spoken)}" data-f="{escape(_json(facts))}"'
    )


def _facts(cell: CellReading, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield "role", _ROLE_NAMES[cell.role]
    yield "text", cell.text or "∅"
    for fact in cell.facts:
        told = {
            "form": names.get(fact["form_id"]),
            "label": fact["label"],
            "column": fact.get("column_item") or fact.get("amount_role"),
            "code": code_of(fact),
            "yuan": _grouped(fact["amount_yuan"]),
            "damage": fact["damage"],
        }
        yield from ((key, str(value)) for key, value in told.items() if value)
    if cell.confidence is not None:
        yield "confidence", f"{cell.confidence:.2f}"


def _grouped(amount: str | None) -> str | None:
    """Thousands in groups; the digits are not touched."""
    if amount is None:
        return None
    whole, _, cents = amount.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{cents}"


def _table(grid: BlockReading, names: dict[str, str]) -> str:
    starts = {(cell.row, cell.column): cell for cell in grid.cells}
    covered = {place for cell in grid.cells for place in _covered(cell)}
    first = next(iter(starts), None)
    rows = []
    for row in range(grid.rows):
        cells = []
        for place in ((row, column) for column in range(grid.columns)):
            if place in starts:
                cells.append(_data_cell(starts[place], names, is_first=place == first))
            elif place not in covered:
                cells.append("<td></td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    caption = f"{grid.rows} × {grid.columns} · {grid.reader or ''}"
    return (
        f'<div class="grid" id="b{grid.number}" data-cells tabindex="-1"><table>'
        f"<caption>{escape(caption)}</caption>{''.join(rows)}</table></div>"
    )


def _covered(cell: CellReading) -> Iterator[tuple[int, int]]:
    for row in range(cell.row, cell.row + cell.row_span):
        yield from ((row, cell.column + step) for step in range(cell.column_span))


def _data_cell(cell: CellReading, names: dict[str, str], *, is_first: bool) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    return f"<td{spans} {_attributes(cell, names, is_first=is_first)}>{escape(cell.text)}</td>"


def _prose(page: PageReading) -> str:
    texts = [block.text for block in page.blocks if block.kind == "paragraph"]
    if not texts:
        return ""
    body = "".join(f'<p class="text">{escape(text)}</p>' for text in texts)
    grids = "".join(
        f"<li>{escape(f'{g.rows} × {g.columns} · {g.reader or str()}')}</li>" for g in page.grids
    )
    tables = f"<ul>{grids}</ul>" if grids else ""
    return (
        f'<details class="prose"><summary>正文 {len(texts)} 段，表格 {len(page.grids)} 个 · '
        f"Text and tables</summary>{tables}{body}</details>"
    )
