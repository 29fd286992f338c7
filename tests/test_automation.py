"""What starts a run, and who is told when one fails."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.automation import build_automation, raw_state, warehouse_job, write_alert
from dagster_project.settings import Settings

Put = Callable[[str, str], Path]


def settle(path: Path, seconds: float = 60) -> None:
    """Let a file look as if it had been written a while ago."""
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.fixture
def tick(small: Settings) -> Callable[[str | None], dg.SensorResult | dg.SkipReason]:
    _, (sensor, *_) = build_automation(small)

    def evaluate(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance=instance, cursor=cursor)
            result = sensor(context)
        assert isinstance(result, dg.SensorResult | dg.SkipReason)
        return result

    return evaluate


def test_everything_runs_by_default(small: Settings) -> None:
    (daily,), sensors = build_automation(small)
    assert daily.cron_schedule == "0 6 * * *"
    assert daily.execution_timezone == "Asia/Shanghai"
    assert daily.default_status == dg.DefaultScheduleStatus.RUNNING
    assert daily.job_name == warehouse_job.name
    running = {sensor.name: sensor.default_status.value == "RUNNING" for sensor in sensors}
    assert running == {
        "raw_changed": True, "alert": True, "nightly_summary": True, "deliver": False,
    }  # fmt: skip


def test_a_new_file_starts_one_run(tick: Callable, put: Put) -> None:
    settle(put("a.txt", "x"))
    first = tick(None)
    assert isinstance(first, dg.SensorResult)
    assert first.run_requests
    assert first.run_requests[0].run_key is None, "what comes back as it was is a change too"
    again = tick(first.cursor)
    assert isinstance(again, dg.SkipReason)
    settle(put("b.txt", "y"))
    second = tick(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert second.cursor != first.cursor


def test_a_changed_and_a_removed_file_start_a_run(tick: Callable, put: Put) -> None:
    path = put("a.txt", "x")
    settle(path)
    settle(put("b.txt", "x"))
    before = tick(None).cursor
    path.write_text("y")
    settle(path, 30)
    changed = tick(before).cursor
    assert changed != before
    path.unlink()
    assert tick(changed).cursor not in {before, changed}


def test_a_file_that_is_being_copied_is_waited_for(tick: Callable, put: Put) -> None:
    path = put("a.txt", "x")
    waiting = tick(None)
    assert isinstance(waiting, dg.SkipReason)
    assert "being written" in str(waiting.skip_message)
    settle(path)
    assert isinstance(tick(None), dg.SensorResult)


def test_a_file_from_the_future_is_not_waited_for(tick: Callable, put: Put) -> None:
    settle(put("a.txt", "x"), -3600)
    assert isinstance(tick(None), dg.SensorResult)


def test_an_empty_or_absent_raw_starts_nothing(tick: Callable, small: Settings) -> None:
    assert isinstance(tick(None), dg.SkipReason)
    small.raw.rmdir()
    assert isinstance(tick(None), dg.SkipReason)


def test_hidden_files_do_not_count(small: Settings, put: Put) -> None:
    put("a.txt", "x")
    before = raw_state(small.raw)
    put(".a.txt.part", "x")
    put(".trash/b.txt", "x")
    assert raw_state(small.raw) == before


def test_a_failed_run_is_written_down(tmp_path: Path) -> None:
    @dg.op
    def broken() -> None:
        raise RuntimeError("the disk is full")

    @dg.job(name="warehouse")
    def job() -> None:
        broken()

    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="alert",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        write_alert(tmp_path / "alerts.log", context)
        write_alert(tmp_path / "alerts.log", context)
    lines = (tmp_path / "alerts.log").read_text("utf-8").splitlines()
    assert len(lines) == 2
    alert = json.loads(lines[0])
    assert alert["run_id"] == result.run_id
    assert alert["job"] == "warehouse"
    assert alert["steps"][0]["step"] == "broken"
    assert "the disk is full" in alert["steps"][0]["reason"]
