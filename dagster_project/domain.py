"""The project's own readers, recognition and repair, as assets are given them.

Here: which functions those are. They know nothing of whoever calls them.
"""

from dagster_project import extraction, versions
from dagster_project.balance.repair import repair
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
        repair=repair,
    )
