"""The project's own readers, recognition and repair, as assets are given them.

Here: which functions those are. They know nothing of whoever calls them.
"""

import polars as pl

from dagster_project import extraction, versions
from dagster_project.resources import Domain


def default_domain() -> Domain:
    """The functions of this package, with the versions of their code."""
    return Domain(
        reader_version=versions.reader_version(),
        recognition_version=versions.recognition_version(),
        schemas=extraction.SCHEMAS,
        register=extraction.register,
        extract_tables=extraction.extract_tables,
        extract_forms=extraction.extract_forms,
        repair=_repair,
    )


def _repair(lines: pl.DataFrame, terms: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    # The solver takes a second to load, which a run that finds nothing to do need not spend.
    from dagster_project.balance.repair import repair

    return repair(lines, terms)
