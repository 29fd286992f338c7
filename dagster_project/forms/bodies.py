"""The bodies of projects by one name each, where recognition damaged some of the prints.

Here: a document names the same few bodies in form after form; a damaged print is the name that it
is like. Whose document it is belongs in ``identity``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from dagster_project.forms.project_records import Project

_FIELDS = ("supervising_department", "implementing_unit")
_LIKE, _LIKE_PART = 75.0, 90.0
_SHORTEST = 5
_BODY = re.compile(r"^[\u3400-\u9fff()（）]{3,}(?:[局厅院部处会校所站队馆]|中心|办公室|政府)$")


def settle(projects: Sequence[Project], department: str | None) -> None:
    """Give every project the names of its bodies as the document prints them elsewhere."""
    printed = {name: Counter(_names(projects, name)) for name in _FIELDS}
    known = Counter({department: 2} if department else {})
    for counter in printed.values():
        known.update(counter)
    whole = {name: count for name, count in known.items() if _BODY.match(name)}
    for project in projects:
        for name in _FIELDS:
            value = getattr(project, name)
            if value and not (value in whole and whole[value] > 1):
                setattr(project, name, _meant(value, whole))
        _part(project, whole)
        _move(project, printed)


def _names(projects: Sequence[Project], name: str) -> list[str]:
    return [value for project in projects if (value := getattr(project, name))]


def _meant(value: str, whole: dict[str, int]) -> str:
    """The name that a damaged print is like, or of which it is the end or the beginning."""
    better = [name for name, count in whole.items() if name != value and count > 1]
    if value not in whole:
        better += [name for name in whole if name not in better]
    like = process.extractOne(value, better, scorer=fuzz.ratio, score_cutoff=_LIKE)
    if like:
        return str(like[0])
    if len(value) >= _SHORTEST and len(value) < max(map(len, better), default=0):
        part = [name for name in better if name.endswith(value) or name.startswith(value)]
        return part[0] if len(part) == 1 else value
    return value


def _part(project: Project, whole: dict[str, int]) -> None:
    """Two bodies in one print, with no label between them that could be read."""
    value = project.supervising_department or ""
    for name, count in whole.items():
        rest = value.removeprefix(name)
        if count > 1 and value.startswith(name) and len(rest) >= _SHORTEST:
            other = process.extractOne(rest, list(whole), scorer=fuzz.ratio, score_cutoff=60.0)
            project.supervising_department = name
            if other and not project.implementing_unit:
                project.implementing_unit = str(other[0])
            return


def _move(project: Project, printed: dict[str, Counter[str]]) -> None:
    """A print that is nowhere else a supervising department is the implementing unit's."""
    value = project.supervising_department
    if value and not project.implementing_unit:
        elsewhere = printed["supervising_department"][value]
        if not elsewhere and printed["implementing_unit"][value] > 1:
            project.supervising_department, project.implementing_unit = None, value
