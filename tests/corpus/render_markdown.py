"""Markdown and plain-text renderers.

Pipe tables know no spans: the text of a merged cell stands in its first place and the places
it covers are blank, as text recognition prints such forms, or in all of them, as some converters
write it.
"""

from __future__ import annotations

from tests.corpus.model import Document, Form, Heading, Paragraph


def render_markdown(document: Document, *, repeated: bool = False) -> bytes:
    """Render a document as UTF-8 Markdown with pipe tables; ``repeated`` fills merged cells."""
    parts = [f"# {document.title}", *(f"> {line}" for line in document.notice)]
    if document.contents:
        parts.append(f"## {document.contents_title}")
        parts.append("\n".join(f"- {entry}" for entry in document.contents))
    for block in document.blocks:
        match block:
            case Heading():
                parts.append(f"{'#' * block.level} {block.text}")
            case Paragraph():
                parts.append(block.text)
            case Form():
                parts.extend(_form(block, repeated=repeated))
    return ("\n\n".join(parts) + "\n").encode()


def render_text(document: Document) -> bytes:
    """Render a document without forms as UTF-8 plain text.

    Raises:
        ValueError: the document has a form, which plain text cannot show.
    """
    if document.forms:
        raise ValueError(f"{document.title} has forms, plain text cannot show them")
    parts = [document.title, *document.notice]
    parts.extend(block.text for block in document.blocks if not isinstance(block, Form))
    return ("\n\n".join(parts) + "\n").encode()


def _form(form: Form, *, repeated: bool) -> list[str]:
    labels = [line.replace(":", "：") for line in (form.department_line, form.unit_line)]
    return [
        *filter(None, [form.number, form.title, *labels]),
        _table(form, repeated=repeated),
        *form.notes,
    ]


def _table(form: Form, *, repeated: bool) -> str:
    texts = [[""] * len(form.columns) for _ in range(form.row_count)]
    for cell in form.cells:
        rows, columns = (cell.row_span, cell.column_span) if repeated else (1, 1)
        for row in range(cell.row, cell.row + rows):
            texts[row][cell.column : cell.column + columns] = [cell.text] * columns
    rows = [f"| {' | '.join(row)} |" for row in texts]
    rule = f"|{'|'.join(['---'] * len(form.columns))}|"
    return "\n".join([rows[0], rule, *rows[1:]])
