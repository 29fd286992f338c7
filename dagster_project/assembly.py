"""Everything put together for Dagster, with what a test or the command line may put in instead."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from dagster_project.assets.delivery import build_delivery
from dagster_project.assets.documents import documents
from dagster_project.assets.forms import forms
from dagster_project.assets.normalisation import build_dbt_assets
from dagster_project.assets.publication import build_publication
from dagster_project.assets.repairs import repairs
from dagster_project.assets.staging import staging
from dagster_project.assets.tables import tables
from dagster_project.automation import build_automation, delivery_job, warehouse_job
from dagster_project.dbt_builds import Dbt
from dagster_project.dbt_project import ensure_manifest
from dagster_project.domain import default_domain
from dagster_project.executors import Executor, executor_of
from dagster_project.history import Notes, now
from dagster_project.progress import SilentProgress
from dagster_project.publication import remove_build
from dagster_project.resources import Domain, Workspace
from dagster_project.settings import Settings
from dagster_project.warehouse import warehouse_of

# A run that nobody watches waits for one that somebody has started by hand.
PATIENCE = 60 * 60.0


def build_defs(
    *,
    settings: Settings | None = None,
    domain: Domain | None = None,
    progress: SilentProgress | None = None,
    executor: Executor | None = None,
    lock: contextlib.AbstractContextManager[None] | None = None,
) -> dg.Definitions:
    """Assemble the definitions.

    Args:
        settings: where things lie; by default as the environment says.
        domain: readers, recognition and repair; by default the project's own.
        progress: shows a person how a run proceeds; by default nobody is there to see it.
        executor: works on documents; by default that of the settings, made for each run.
        lock: held while a run lasts; by default that of the warehouse, for which a run waits.
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
            *build_delivery(settings),
        ],
        jobs=[warehouse_job, delivery_job],
        schedules=schedules,
        sensors=sensors,
        loggers={"console": dg.colored_console_logger, "file": _file_logger},
        resources={
            "workspace": _workspace(settings, lock),
            "domain": domain or default_domain(),
            "executor": executor or _executor(settings),
            "progress": progress or SilentProgress(),
            "dbt": _dbt(settings),
        },
    )


def _workspace(
    settings: Settings, lock: contextlib.AbstractContextManager[None] | None
) -> dg.ResourceDefinition:
    """The workspace, locked for as long as the run lasts: one build for a warehouse at a time."""

    @dg.resource(description="Where the run works; nobody else builds this warehouse meanwhile.")
    def workspace(context: dg.InitResourceContext) -> Iterator[Workspace]:
        with lock or warehouse_of(settings).exclusive(PATIENCE):
            run_id = context.run.run_id if context.run else "unknown"
            notes = Notes.begin(settings.ledger, run_id, now(), settings.jobs)
            try:
                yield Workspace(settings, notes)
            finally:
                if notes.has_failed:
                    remove_build(settings.build)
                else:
                    notes.forget()

    return workspace


def _executor(settings: Settings) -> dg.ResourceDefinition:
    """Who works on the documents of a run; what is held for it is given back when it ends."""

    @dg.resource(description="Who works on documents.")
    def executor(_: dg.InitResourceContext) -> Iterator[Executor]:
        with contextlib.closing(executor_of(settings)) as found:
            yield found

    return executor


def _dbt(settings: Settings) -> dg.ResourceDefinition:
    """dbt, which begins to read its project when a run begins."""

    @dg.resource(description="The dbt project of this run.")
    def dbt(_: dg.InitResourceContext) -> Dbt:
        return Dbt.begin(settings)

    return dbt


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
