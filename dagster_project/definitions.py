"""Everything put together for Dagster, with what a test or the command line may put in instead."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from dagster_project import extraction
from dagster_project.assets.documents import documents
from dagster_project.assets.forms import forms
from dagster_project.assets.normalisation import build_dbt_assets
from dagster_project.assets.publication import build_publication
from dagster_project.assets.repairs import repairs
from dagster_project.assets.staging import staging
from dagster_project.assets.tables import tables
from dagster_project.automation import build_automation, warehouse_job
from dagster_project.balance.repair import repair
from dagster_project.cache import hash_of_files
from dagster_project.dbt_project import DBT, ensure_manifest
from dagster_project.loading import now
from dagster_project.progress import SilentProgress
from dagster_project.publication import exclusive
from dagster_project.resources import Domain, Workspace
from dagster_project.settings import Settings


def build_defs(
    *,
    settings: Settings | None = None,
    domain: Domain | None = None,
    progress: SilentProgress | None = None,
) -> dg.Definitions:
    """Assemble the definitions.

    Args:
        settings: where things lie; by default as the environment says.
        domain: readers, recognition and repair; by default the project's own.
        progress: shows a person how a run proceeds; by default nobody is there to see it.
    """
    settings = settings or Settings.from_environment()
    os.environ.update(settings.environment)
    dbt_assets = build_dbt_assets(ensure_manifest(settings))
    published = [key for assets in dbt_assets for key in assets.keys]
    schedules, sensors = build_automation(settings)
    return dg.Definitions(
        assets=[
            documents,
            tables,
            forms,
            staging,
            repairs,
            *dbt_assets,
            build_publication(sorted(published)),
        ],
        jobs=[warehouse_job],
        schedules=schedules,
        sensors=sensors,
        loggers={"console": dg.colored_console_logger, "file": _file_logger},
        resources={
            "workspace": _workspace(settings),
            "domain": domain or default_domain(),
            "progress": progress or SilentProgress(),
            "dbt": DbtCliResource(
                project_dir=str(settings.dbt_project),
                profiles_dir=str(settings.dbt_project),
                dbt_executable=str(DBT),
            ),
        },
    )


def default_domain() -> Domain:
    """The project's own readers, recognition and repair."""
    package = Path(extraction.__file__).parent
    code = hash_of_files(package, ("extraction.py", "readers/*.py", "forms/*.py"))
    return Domain(
        # The code itself is part of the version: a result is never older than what made it.
        extractor_version=f"{extraction.EXTRACTOR_VERSION}-{code[:12]}",
        schemas=extraction.SCHEMAS,
        register=extraction.register,
        extract_tables=extraction.extract_tables,
        extract_forms=extraction.extract_forms,
        repair=repair,
    )


def _workspace(settings: Settings) -> dg.ResourceDefinition:
    """The workspace, locked for as long as the run lasts: one build for a warehouse at a time."""

    @dg.resource(description="Where the run works; nobody else builds this warehouse meanwhile.")
    def workspace() -> Iterator[Workspace]:
        with exclusive(settings.lock):
            yield Workspace(settings, now())

    return workspace


@dg.logger(
    config_schema={"path": str},
    description="Everything a run says, in a file.",
)
def _file_logger(context: dg.InitLoggerContext) -> logging.Logger:
    path = Path(context.logger_config["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.Logger("warehouse", level=logging.DEBUG)
    logger.addHandler(handler)
    return logger


defs = build_defs()
