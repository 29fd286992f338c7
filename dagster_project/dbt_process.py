"""dbt as a process that does not outlive the run that started it.

Here: the start only. A dbt left behind by a killed run would go on writing under the name that the
next run gives to its build.
"""

import os
import sys
from functools import cached_property
from pathlib import Path

from dagster_dbt import DbtCliResource
from packaging.version import Version

from dagster_project.versions import installed

_START = """
import sys
from dagster_project.processes import die_with_parent
die_with_parent(int(sys.argv.pop(1)))
from dbt.cli.main import cli
cli()
"""


class BoundDbt(DbtCliResource):
    """dbt as Dagster calls it, in a process bound to this one."""

    @cached_property
    def _cli_version(self) -> Version:
        """The version of dbt, which Dagster would otherwise ask the executable for."""
        return Version(installed("dbt-core"))


def bound_dbt(project: Path) -> BoundDbt:
    """The dbt of this interpreter over a project."""
    return BoundDbt(
        project_dir=str(project),
        profiles_dir=str(project),
        dbt_executable=sys.executable,
        global_config_flags=["-c", _START, str(os.getpid())],
    )
