"""HTML renderer: one page, spans as ``colspan`` and ``rowspan``, style in the page itself."""

from __future__ import annotations

from html import escape

from tests.corpus.model import Cell, Document, Form, Heading, Paragraph

STYLE = """
body { font-family: "Noto Serif CJK SC", SimSun, serif; margin: 2rem auto; max-width: 72rem; }
h1, h2, p.title, nav h2 { text-align: center; }
p.notice { border: 1px solid #999; color: #555; font-size: 0.85rem; padding: 0.5rem 1rem; }
p.title { font-size: 1.15rem; font-weight: bold; margin-bottom: 0.25rem; }
p.unit { margin: 0.25rem 0; text-align: right; }
table { border-collapse: collapse; font-size: 0.9rem; width: 100%; }
th, td { border: 1px solid #333; padding: 0.2rem 0.4rem; }
th { background: #f2f2f2; font-weight: normal; }
.l { text-align: left; } .c { text-align: center; } .r { text-align: right; }
""".strip()


def render_html(document: Document) -> bytes:
    """Render a document as a UTF-8 HTML page."""
    lines = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        f"<title>{escape(document.title)}</title>",
        f"<style>\n{STYLE}\n</style>",
        "</head>",
        "<body>",
        f"<h1>{escape(document.title)}</h1>",
        *(f'<p class="notice">{escape(line)}</p>' for line in document.notice),
        *_contents(document),
    ]
    for block in document.blocks:
        match block:
            case Heading():
                lines.append(f"<h{block.level}>{escape(block.text)}</h{block.level}>")
            case Paragraph():
                lines.append(f"<p>{escape(block.text)}</p>")
            case Form():
                lines.extend(_form(block))
    lines.extend(["</body>", "</html>", ""])
    return "\n".join(lines).encode()


def _contents(document: Document) -> list[str]:
    if not document.contents:
        return []
    entries = (f"<li>{escape(entry)}</li>" for entry in document.contents)
    title = f"<h2>{escape(document.contents_title)}</h2>"
    return ["<nav>", title, '<ul style="list-style: none">', *entries, "</ul>", "</nav>"]


def _form(form: Form) -> list[str]:
    lines = ["<section>"]
    if form.number:
        lines.append(f"<h3>{escape(form.number)}：{escape(form.heading or form.title)}</h3>")
    if form.title:
        lines.append(f'<p class="title">{escape(form.title)}</p>')
    if form.department_line:
        lines.append(f'<p class="department">{escape(form.department_line)}</p>')
    if form.unit_line:
        lines.append(f'<p class="unit">{escape(form.unit_line)}</p>')
    lines.append("<table>")
    for part, first, last in _parts(form):
        lines.append(f"<{part}>")
        for row in range(first, last):
            cells = (_cell(form, cell) for cell in form.cells if cell.row == row)
            lines.append(f"<tr>{''.join(cells)}</tr>")
        lines.append(f"</{part}>")
    lines.append("</table>")
    lines.extend(f'<p class="note">{escape(note)}</p>' for note in form.notes)
    return [*lines, "</section>"]


def _parts(form: Form) -> list[tuple[str, int, int]]:
    head = [("thead", 0, form.header_rows)] if form.header_rows else []
    return [*head, ("tbody", form.header_rows, form.row_count)]


def _cell(form: Form, cell: Cell) -> str:
    tag = "th" if cell.row < form.header_rows else "td"
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    return f'<{tag} class="{form.alignment(cell)}"{spans}>{escape(cell.text)}</{tag}>'
