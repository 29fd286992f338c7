"""What is read of a single project: its amounts, its ratings, its indicators, its basis.

Here: the records that the readers of project forms and texts share, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dagster_project.forms.amounts import Figure
from dagster_project.readers.document import Box


@dataclass(frozen=True, slots=True)
class ProjectAmount:
    """One amount printed for a project, with where it stands.

    ``phase`` and ``funding_source`` are None where the print does not say of what the amount is.
    """

    label: str
    section: str | None
    phase: str | None
    funding_source: str | None
    amount_role: str
    printed_text: str
    figure: Figure
    unit: str | None
    page: int
    row_number: int
    column_number: int | None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """One result printed for a project; ``number`` is exact, None for a grade.

    ``item`` is execution_rate, execution_weight, execution_score, total_weight, total_score
    or grade.
    """

    item: str
    printed_text: str
    number: str | None
    page: int
    row_number: int
    column_number: int | None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One performance indicator as printed; every field is text."""

    fields: dict[str, str]
    page: int
    row_number: int


@dataclass(slots=True)
class Project:
    """A project with what its form or text prints."""

    name: str | None
    supervising_department: str | None = None
    implementing_unit: str | None = None
    amounts: list[ProjectAmount] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    policies: list[tuple[str | None, str, int]] = field(default_factory=list)
