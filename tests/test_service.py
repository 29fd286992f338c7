"""The service for real: UI, daemon, schedule, sensor and alert, started once for all tests.

The tests stand in the order of what happens to the service.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.settings import Settings
from tests.mail_server import MailServer

ROOT = Path(__file__).parents[1]
NOTICE = "kunming_notice_2024.txt"

pytestmark = pytest.mark.timeout(900)


@dataclass
class Service:
    process: "subprocess.Popen[bytes]"
    settings: Settings
    port: int
    mail: MailServer
    log: Path

    def ask(self, query: str) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": query}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            data: dict[str, Any] = json.load(answer)["data"]
        return data

    def runs(self, tag: str, value: str) -> list[dict[str, Any]]:
        """The runs with a tag, the newest first."""
        query = f'{{ runsOrError(filter: {{tags: [{{key: "{tag}", value: "{value}"}}]}}) '
        found = self.ask(query + "{ ... on Runs { results { runId status } } } }")
        runs: list[dict[str, Any]] = found["runsOrError"]["results"]
        return runs

    def wait(self, what: str, condition: Callable[[], Any], seconds: float = 400) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            try:
                if found := condition():
                    return found
            except (OSError, KeyError, TypeError):
                pass  # it does not answer yet
            time.sleep(1)
        raise AssertionError(f"waited in vain for {what}\n{self.log.read_text()[-4000:]}")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    place = tmp_path_factory.mktemp("service")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail = MailServer()
    mail.start()
    settings = Settings(
        place / "raw",
        place / "warehouse.duckdb",
        place / "cache",
        1,
        schedule="*/2 * * * *",
    )
    settings.raw.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DAGSTER_")},
        **settings.environment,
        "PYTHONPATH": str(ROOT),
        "BUDGET_MAIL_TO": "keeper@example.org",
        "BUDGET_MAIL_SERVER": f"127.0.0.1:{mail.port}",
        "BUDGET_MAIL_SECURITY": "none",
    }
    log = place / "service.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from dagster_project.cli import main; main()", "dev",
             "--port", str(port)],
            env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            # As a shell starts what it puts into the background.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )  # fmt: skip
    try:
        yield Service(process, settings, port, mail, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def test_everything_is_registered_and_running(service: Service) -> None:
    query = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
        schedules { name cronSchedule executionTimezone scheduleState { status } }
        sensors { name sensorState { status } }
        jobs { name } } } } }"""
    found = service.wait("the UI", lambda: service.ask(query)["repositoriesOrError"]["nodes"][0])
    (daily,) = found["schedules"]
    assert daily["cronSchedule"] == service.settings.schedule
    assert daily["executionTimezone"] == "Asia/Shanghai"
    assert daily["scheduleState"]["status"] == "RUNNING"
    assert {sensor["name"]: sensor["sensorState"]["status"] for sensor in found["sensors"]} == {
        "raw_changed": "RUNNING",
        "alert": "RUNNING",
        "nightly_summary": "RUNNING",
        "deliver": "STOPPED",
    }


def test_the_ui_is_for_this_machine_alone(service: Service) -> None:
    port = f"{service.port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [line[1] for line in lines if line[3] == "0A" and line[1].endswith(f":{port}")]
    assert listening == [f"0100007F:{port}"]
    six = Path("/proc/net/tcp6")
    if six.exists():
        lines = [line.split() for line in six.read_text().splitlines()[1:]]
        assert not [line for line in lines if line[3] == "0A" and line[1].endswith(f":{port}")]


def test_a_new_file_starts_a_run_and_its_failure_is_told(service: Service) -> None:
    """The run fails because a decision in corrections.csv matches nothing that is read."""
    raw = service.settings.raw
    (raw / "corrections.csv").write_text(
        "document,form_number,page,row_number,column_number,printed_text,value_yuan,reason,who,date\n"
        "nowhere.pdf,表1,1,1,1,1.00,2.00,test,test,2026-01-01\n",
        "utf-8",
    )
    (raw / NOTICE).write_bytes((ROOT / "raw" / NOTICE).read_bytes())
    failed = service.wait(
        "a failed run",
        lambda: [
            run
            for run in service.runs("dagster/sensor_name", "raw_changed")
            if run["status"] == "FAILURE"
        ],
    )[0]["runId"]
    line = service.wait(
        "the alert",
        lambda: [
            alert
            for alert in map(json.loads, service.settings.alerts.read_text("utf-8").splitlines())
            if alert["run_id"] == failed
        ],
    )[0]
    assert line["steps"][0]["step"] == "repairs"
    assert "correction" in line["steps"][0]["reason"]
    letter = service.wait(
        "the letter", lambda: [letter for letter in service.mail.letters if failed in letter]
    )[0]
    assert "To: keeper@example.org" in letter
    assert not service.settings.warehouse.exists()
    # The schedule ticks on, and each of its runs builds and fails in its turn.
    service.wait("what failed to be cleaned away", lambda: not service.settings.build.exists())


def test_the_next_change_starts_a_run_that_publishes(service: Service) -> None:
    (service.settings.raw / "corrections.csv").unlink()
    service.wait("the warehouse", service.settings.warehouse.exists)
    with duckdb.connect(service.settings.warehouse, read_only=True) as connection:
        history = connection.execute(
            "select outcome, documents from quality.run_history order by run_number"
        ).fetchall()
        documents = connection.execute("select file_path from marts.dim_document").fetchall()
    assert history[0] == ("failed", 1)
    assert history[-1] == ("published", 1)
    assert documents == [(NOTICE,)]


def test_the_schedule_ticks_and_its_run_is_summed_up(service: Service) -> None:
    service.wait(
        "the scheduled run",
        lambda: [
            run
            for run in service.runs("dagster/schedule_name", "daily")
            if run["status"] == "SUCCESS"
        ],
    )
    summary = service.wait("the summary", lambda: list(service.settings.summaries.glob("*.txt")))[0]
    assert summary.read_text("utf-8").startswith("1 documents, 0 quarantined")
    service.wait(
        "its letter", lambda: [letter for letter in service.mail.letters if "1 documents" in letter]
    )


def test_what_is_measured_can_be_plotted(service: Service) -> None:
    query = """{ assetOrError(assetKey: {path: ["publication"]}) { ... on Asset {
        assetMaterializations { metadataEntries { label __typename } } } } }"""
    runs = service.ask(query)["assetOrError"]["assetMaterializations"]
    kinds = {entry["label"]: entry["__typename"] for entry in runs[0]["metadataEntries"]}
    assert kinds["dagster/row_count"] == "IntMetadataEntry"
    assert kinds["equations_violated"] == "IntMetadataEntry"
    assert kinds["seconds_modelling"] == "FloatMetadataEntry"


def test_it_ends_when_it_is_asked_to_and_leaves_nothing_behind(service: Service) -> None:
    def members() -> set[int]:
        """All processes of the service: those that have its cache in their environment."""
        found = set()
        for place in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"BUDGET_CACHE={service.settings.cache}".encode() in place.read_bytes():
                    found.add(int(place.parent.name))
            except OSError:
                continue
        return found - {os.getpid()}

    assert len(members()) > 3
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0
    assert time.monotonic() - began < 40
    time.sleep(1)
    assert members() == set()
