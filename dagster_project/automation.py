"""When the warehouse is built, and who is told if it was not: job, schedule, sensors.

Here: what starts a run and what follows from its end. No asset, and nothing that reads a document.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from dagster_project import summary
from dagster_project.cache import keep_newest, replace_text
from dagster_project.failures import explanation
from dagster_project.mail import Mail
from dagster_project.progress import harmless
from dagster_project.settings import Settings, SettingsError
from dagster_project.warehouse import warehouse_of

JOB = "warehouse"

# A file that was written this recently may still be on its way; reading half of it would only
# put it in quarantine until the next run.
_SETTLING_SECONDS = 10

_LONGEST_REASON = 4_000  # characters; a hundred failing rows would drown the next alert


# What is made from the published warehouse for others; it cannot hold up the warehouse itself.
DELIVERED = dg.AssetSelection.groups("delivery")


@dg.failure_hook(required_resource_keys={"workspace"})
def note_failure(context: dg.HookContext) -> None:
    """Note why a run fails, for the history of runs: it publishes nothing that could say so."""
    error = context.op_exception
    if isinstance(error, dg.RetryRequested):
        error = error.__cause__ or error
    description = error.description if isinstance(error, dg.Failure) else None
    reason = description or f"{type(error).__name__}: {error}"
    context.resources.workspace.notes.fail(f"{context.step_key}: {reason}")


# The whole job in one process: DuckDB lets one process write, and steps of their own would spend
# more time importing than working. Documents are read by the assets' own worker processes.
warehouse_job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all() - DELIVERED,
    executor_def=dg.in_process_executor,
    hooks={note_failure},
    description="raw/ to a tested warehouse, which replaces the published one.",
)

delivery_job = dg.define_asset_job(
    "delivery",
    selection=DELIVERED,
    executor_def=dg.in_process_executor,
    description="The published warehouse as files: exports, documentation, site.",
)


_NIGHTLY = "budget/nightly"
_SUMMARIES_KEPT = 400


@dataclass(frozen=True)
class RawState:
    """What lies in raw/, told without opening a file.

    Attributes:
        fingerprint: hash of names, sizes and times of change.
        files: how many there are.
        newest: the latest time of change, in seconds of the epoch.
    """

    fingerprint: str
    files: int
    newest: float


def raw_state(raw: Path) -> RawState:
    """Look at the directory of the documents; hidden files do not count."""
    digest = hashlib.sha256()
    files, newest = 0, 0.0
    for path in sorted(_visible_files(raw)):
        try:
            status = path.stat()
        except FileNotFoundError:  # removed while we look; the next look will not find it
            continue
        name = path.relative_to(raw).as_posix()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        files += 1
        newest = max(newest, status.st_mtime)
    return RawState(digest.hexdigest(), files, newest)


def build_automation(
    settings: Settings,
) -> tuple[list[dg.ScheduleDefinition], list[dg.SensorDefinition]]:
    """The schedules and sensors of a deployment, all of them running by default."""
    daily = dg.ScheduleDefinition(
        name="daily",
        job=warehouse_job,
        cron_schedule=settings.schedule,
        execution_timezone="Asia/Shanghai",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        tags={_NIGHTLY: "true"},
        description="Every morning at six, Beijing time, unless BUDGET_SCHEDULE says otherwise.",
    )

    @dg.sensor(
        name="raw_changed",
        job=warehouse_job,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="A document was added to raw/, changed or removed.",
    )
    def raw_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        state = raw_state(settings.raw)
        if not state.files:
            return dg.SkipReason(f"{settings.raw} holds no documents")
        if state.fingerprint == context.cursor:
            return dg.SkipReason("nothing changed")
        if 0 <= time.time() - state.newest < _SETTLING_SECONDS:
            return dg.SkipReason("a file is still being written")
        # No run key: files that are put back as they were are a change like any other.
        return dg.SensorResult(run_requests=[dg.RunRequest()], cursor=state.fingerprint)

    @dg.run_failure_sensor(
        name="alert",
        monitored_jobs=[warehouse_job, delivery_job],
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Writes every failed run to alerts.log, and to whom BUDGET_MAIL_TO names.",
    )
    def alert(context: dg.RunFailureSensorContext) -> None:
        write_alert(settings.alerts, context)

    @dg.run_status_sensor(
        name="nightly_summary",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[warehouse_job],
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="What the daily run found wrong in documents, to summaries/ and by mail.",
    )
    def nightly_summary(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        if _NIGHTLY not in context.dagster_run.tags:
            return dg.SkipReason("not a run of the daily schedule")
        write_summary(settings, context.log)
        return None

    @dg.run_status_sensor(
        name="deliver",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[warehouse_job],
        request_job=delivery_job,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Writes exports and site after each publication; off until it is turned on.",
    )
    def deliver(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return [daily], [raw_changed, alert, nightly_summary, deliver]


def write_alert(log: Path, context: dg.RunFailureSensorContext) -> None:
    """Append one line of JSON: when, which run, which step, and why; then send it by mail."""
    steps = [
        {"step": event.step_key, "reason": explanation(event)[:_LONGEST_REASON]}
        for event in context.get_step_failure_events()
    ]
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "message": (context.failure_event.message or "").strip(),
        "steps": steps,
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line, ensure_ascii=False) + "\n")
    message = (context.failure_event.message or "").strip()
    reasons = [f"{step['step']}: {step['reason']}" for step in steps] or [message]
    text = "\n\n".join([f"Run {line['run_id']} failed; nothing was published.", *reasons])
    _send(f"[budget] the run of {line['at']} failed", text, context.log)


def write_summary(settings: Settings, log: logging.Logger) -> Path:
    """Write what a person may want to look at in the published warehouse; then send it by mail."""
    with warehouse_of(settings).connect() as connection:
        text = summary.night_text(connection)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt"
    settings.summaries.mkdir(parents=True, exist_ok=True)
    replace_text(settings.summaries / name, text)
    keep_newest(settings.summaries, "*.txt", _SUMMARIES_KEPT)
    _send("[budget] " + text.partition("\n")[0], text, log)
    return settings.summaries / name


def _send(subject: str, text: str, log: logging.Logger) -> None:
    """Send a letter if the environment says to whom; one that cannot be sent is no failure."""
    try:
        if mail := Mail.from_environment():
            mail.send(subject, harmless(text))
    except (OSError, SettingsError) as error:
        log.error(f"the letter was not sent: {type(error).__name__}: {error}")


def _visible_files(raw: Path) -> Iterator[Path]:
    if not raw.is_dir():
        return
    for path in raw.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(raw).parts)
        if not hidden and path.is_file():
            yield path
