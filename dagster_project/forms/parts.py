"""The bodies whose documents one file binds together (汇编), and what is each one's.

A department's file may hold its own budget and those of its units (单位), a county's the budgets of
all its departments. Each body's blocks are recognised as a document of their own, so that its
forms carry its name, scope and year, and no equation mixes two bodies.

Here: where a file says that another body's document begins. Whom a document names is read in
``identity``; what a form is, is read in ``recognise``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from typing import Any

from rapidfuzz import fuzz

from dagster_project.forms.catalogue import Catalogue, without_ordinal
from dagster_project.forms.identity import (
    Identity,
    abbreviates,
    conflicts,
    cover_of,
    grid_heads,
    identify,
    labelled_body,
)
from dagster_project.forms.recognise import Staging, recognise
from dagster_project.forms.sections import Section, is_project, split
from dagster_project.forms.titles import LEADER, Titles
from dagster_project.readers.document import Block, Document, Grid

OF_PARTS = ("forms", "lines", "projects", "indicators", "ratings", "narrative_amounts")
"""Staging tables whose rows say of which part they are."""

_LONGEST = 80  # a line that names the body of a form or a document
_LIKE = 75.0  # two prints of one name, where recognition damaged one
_FEWEST_REPEATED = 2  # forms that a body must repeat which no cover tells from the one before


@dataclass(frozen=True, slots=True)
class Body:
    """Whose document it is; the scope is None where only the forms name it."""

    name: str
    scope: str | None = None


_UNNAMED = Body("")


@dataclass(frozen=True, slots=True)
class _Statement:
    """A line that names a body: the cover of its document, or a line above a form."""

    place: int
    body: Body


@dataclass(slots=True)
class _Form:
    """A form at its place in the file: from the line that announces it to its first grid."""

    name: str | None
    start: int
    grid: int
    end: int
    cover: _Statement | None
    label: _Statement | None
    body: Body = _UNNAMED


def recognise_file(
    document: Document, document_id: str, catalogue: Catalogue, manifest: Mapping[str, str]
) -> tuple[Identity, Staging]:
    """Recognise a file, each body's part of it by itself; see ``recognise``.

    The first part has the file's own identity; the others are rows of the staging table ``parts``,
    and their forms and amounts say their ``part_id``.
    """
    bound = parts_of(document, catalogue, manifest)
    if len(bound) == 1:
        return recognise(document, document_id, catalogue, manifest)
    places = {id(block): place for place, block in enumerate(document.blocks)}
    merged = Staging()
    first: Identity | None = None
    for number, (body, part) in enumerate(bound, start=1):
        part_id = document_id if first is None else f"{document_id}-{number}"
        said = _manifest(body, part, first, catalogue, manifest)
        identity, staging = recognise(part, part_id, catalogue, said, places)
        _merge(merged, staging, document_id, part_id)
        if first:
            merged.add("parts", {
                "document_id": document_id, "part_id": part_id, "title": identity.title,
                "document_kind": identity.document_kind, "region_code": identity.region_code,
                "department_name": identity.department_name,
                "reporting_scope": identity.reporting_scope, "fiscal_year": identity.fiscal_year,
            })  # fmt: skip
        first = first or identity
    for conflict in conflicts(bound[0][1], catalogue, manifest):
        merged.add("identity_conflicts", {
            "document_id": document_id, "field": conflict.field,
            "manifest_value": conflict.manifest_value, "text_value": conflict.text_value,
        })  # fmt: skip
    assert first is not None  # noqa: S101
    return first, merged


def _manifest(
    body: Body,
    part: Document,
    first: Identity | None,
    catalogue: Catalogue,
    manifest: Mapping[str, str],
) -> dict[str, str]:
    """What is known of a part beside its text: its body, and what it has from the first part.

    The publisher of the manifest is the body that it names, and no other.
    """
    publisher = manifest.get("publisher", "")
    is_meant = not body.name or _is_alike(publisher, body.name)
    name = publisher if publisher and is_meant else body.name
    if first is None:
        return {**manifest, "publisher": name}
    said = {"publisher": name, "region_code": first.region_code or ""}
    own = identify(part, catalogue, said)
    if own.fiscal_year is None and first.fiscal_year:
        said["fiscal_year"] = str(first.fiscal_year)
    if own.document_kind == "other":
        said["kind"] = first.document_kind
    return said


def _merge(merged: Staging, staging: Staging, document_id: str, part_id: str) -> None:
    """Add a part's rows to the file's; what the manifest says is compared once, for the file."""
    is_other = part_id != document_id
    before = len(merged.tables.get("forms", []))
    for table, rows in staging.tables.items():
        if table == "identity_conflicts":
            continue
        own: dict[str, Any] = {"document_id": document_id}
        if is_other and table in OF_PARTS:
            own["part_id"] = part_id
        for row in rows:
            is_found_form = table == "forms" and row["ordinal"] is not None
            place = {"ordinal": before + row["ordinal"]} if is_found_form else {}
            merged.add(table, {**row, **own, **place})


def parts_of(
    document: Document, catalogue: Catalogue, manifest: Mapping[str, str]
) -> list[tuple[Body, Document]]:
    """The bodies of a file in order, each with its blocks; one body is the whole file's.

    A line that names another body makes no document of its own by itself: a form may be printed
    with the wrong name, and a list may name what is bound elsewhere. A body has a document where
    it prints a form that another body printed before.
    """
    whole = [(_UNNAMED, document)]
    statements = list(_statements(document))
    is_recognised = document.text_origin == "ocr"
    if not _may_differ({statement.body for statement in statements}, is_recognised=is_recognised):
        return whole
    kind = identify(document, catalogue, manifest).document_kind
    sections = split(document, catalogue, Titles(catalogue, kind)).sections
    forms = list(_forms(document, sections, statements, catalogue))
    while strangers := _strangers(_with_bodies(forms, is_recognised=is_recognised)):
        for form in forms:
            form.cover = form.cover if form.cover and form.cover.body not in strangers else None
            form.label = form.label if form.label and form.label.body not in strangers else None
    bodies = dict.fromkeys(form.body for form in forms)
    if len(bodies) < 2:
        return whole
    owners = _owners(document.blocks, forms)
    blocks: dict[Body, list[Block]] = {body: [] for body in bodies}
    for block, owner in zip(document.blocks, owners, strict=True):
        blocks[owner].append(block)
    return [(body, replace(document, blocks=tuple(own))) for body, own in blocks.items()]


def _may_differ(bodies: set[Body], *, is_recognised: bool) -> bool:
    """Whether lines of a file name two bodies, or one body's document for two scopes."""
    if len({body.scope for body in bodies if body.scope}) > 1:
        return True
    return any(
        not _is_alike(one, other, is_recognised=is_recognised)
        for one, other in combinations({body.name for body in bodies}, 2)
    )


def _statements(document: Document) -> Iterator[_Statement]:
    """Every line that names a body: of covers the first line, of a grid its head rows."""
    before = ""
    for place, block in enumerate(document.blocks):
        if isinstance(block, Grid):
            for row in grid_heads(block):
                if len(row) <= _LONGEST and (name := labelled_body(row)):
                    yield _Statement(place, Body(name))
            before = ""
            continue
        text = re.sub(r"\s", "", block.text)
        if len(text) > _LONGEST:
            before = ""
            continue
        title = without_ordinal(LEADER.sub("", text))
        if cover := cover_of(title):
            yield _Statement(place, Body(*cover))
        elif before and (cover := cover_of(before + title)):
            yield _Statement(place - 1, Body(*cover))
        elif name := labelled_body(text):
            yield _Statement(place, Body(name))
        before = title


def _forms(
    document: Document,
    sections: Iterable[Section],
    statements: Iterable[_Statement],
    catalogue: Catalogue,
) -> Iterator[_Form]:
    """The forms with a table, each with the cover above it and the body that its own lines name.

    Forms of performance name bodies that carry out a project; they tell nothing of the publisher.
    """
    places = {id(block): place for place, block in enumerate(document.blocks)}
    covers = [statement for statement in statements if statement.body.scope]
    labels = [statement for statement in statements if not statement.body.scope]
    end = -1
    for section in sections:
        if not section.grids:
            continue
        grid = places[id(section.grids[0])]
        own = [places[id(p)] for p in section.announcement if id(p) in places]
        start = min([place for place in own if place > end], default=grid)
        cover = [statement for statement in covers if statement.place < grid]
        label = [statement for statement in labels if end < statement.place <= grid]
        anchor = section.best_anchor
        form = catalogue.forms.get(anchor.form or "") if anchor else None
        is_plain = not is_project(section) and (
            form is None or form.layout not in {"project", "performance", "report"}
        )
        yield _Form(
            (form.form if form else section.number) if is_plain else None,
            start, grid, end := places[id(section.grids[-1])],
            cover[-1] if cover else None, label[-1] if label and is_plain else None,
        )  # fmt: skip


def _with_bodies(forms: list[_Form], *, is_recognised: bool) -> list[_Form]:
    """Give every form its body: that of its own lines, else of the cover above, else as before."""
    known: list[Body] = []
    current = _UNNAMED
    cover: _Statement | None = None

    def meant(body: Body) -> Body:
        """The body known already that a statement means, else itself."""
        own = [one for one in (current, *reversed(known)) if one.name]
        alike = [one for one in own if _is_alike(one.name, body.name, is_recognised=is_recognised)]
        scoped = [one for one in alike if None in {one.scope, body.scope} or one == body]
        scoped += [one for one in alike if one.scope == body.scope]
        return scoped[0] if scoped else body

    for form in forms:
        if form.cover and form.cover != cover:
            cover, current = form.cover, meant(form.cover.body)
        if form.label:
            current = meant(form.label.body)
        if current not in known:
            known.append(current)
        form.body = current
    return forms


def _strangers(forms: list[_Form]) -> set[Body]:
    """Bodies of statements that have no document of their own in the file."""
    printed: dict[Body, set[str]] = {}
    for form in forms:
        printed.setdefault(form.body, set()).update({form.name} if form.name else ())
    strangers = set()
    earlier: dict[str, set[str]] = {}
    for body, own in printed.items():
        is_told_apart = bool(body.scope) and not {body.name, ""} & set(earlier)
        needed = 1 if is_told_apart else _FEWEST_REPEATED
        if earlier and len(own & set().union(*earlier.values())) < needed:
            strangers.add(body)
        earlier.setdefault(body.name, set()).update(own)
    return strangers


def _owners(blocks: tuple[Block, ...], forms: list[_Form]) -> list[Body]:
    """The body of each block: a document begins at its cover, or at its first form's title."""
    owners = [forms[0].body] * len(blocks)
    end = -1
    for body, own in groupby(forms, key=lambda form: form.body):
        run = list(own)
        cover = run[0].cover
        start = cover.place if cover and cover.place > end else run[0].start
        if end >= 0:
            owners[start:] = [body] * (len(blocks) - start)
        end = run[-1].end
    return owners


def _is_alike(one: str, other: str, *, is_recognised: bool = False) -> bool:
    """Whether two prints name one body: the region left out, letters left out, or misread."""
    if one.endswith(other) or other.endswith(one):
        return True
    if is_recognised and fuzz.ratio(one, other) >= _LIKE:
        return True
    return abbreviates(one, other) or abbreviates(other, one)
