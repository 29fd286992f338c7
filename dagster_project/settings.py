"""Where things lie: the environment, read once, as one frozen record.

Here belong paths and the few numbers a user may set. No logic, and nothing that opens a file.
"""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.processes import Limits

PROJECT_ROOT = Path(__file__).resolve().parents[1]

# No framework may report its use to anyone; they read these names from the environment.
NO_TELEMETRY = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}


# Every morning at six.
SCHEDULE = "0 6 * * *"

# A page of a scan takes about 13 s, and a scan 1 GiB; a document with text a fraction of either.
LIMITS = Limits(megabytes=3072, seconds=1800)

# How the address of a warehouse begins that several machines share.
LAKE = "ducklake:postgres:"

# Who reads documents: processes of this machine, or the machines of a Ray cluster.
LOCAL, RAY = "local", "ray"
EXECUTORS = (LOCAL, RAY)


class SettingsError(ValueError):
    """A setting cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """Where documents come from, where the warehouse goes, and with how many workers.

    Attributes:
        raw: directory of the published documents; never written to.
        warehouse: the published DuckDB file; for a lake, only what a build here is named after.
        cache: directory of everything that can be made again.
        jobs: worker processes that read documents.
        dbt_project: directory of the dbt project.
        limits: what reading one document may use.
        schedule: when the service builds the warehouse: five fields of cron, Beijing time.
        executor: who reads documents, one of `EXECUTORS`.
        lake: the address of a DuckLake that is the warehouse instead of a file.
        lake_data: where a new lake keeps its Parquet files.
        rebuild: build the rows of all documents, also those that the published warehouse has.
        ray_address: of the Ray cluster: `auto` for the one this machine belongs to, or `host:port`.
    """

    raw: Path
    warehouse: Path
    cache: Path
    jobs: int
    dbt_project: Path = PROJECT_ROOT / "dbt"
    limits: Limits = LIMITS
    schedule: str = SCHEDULE
    executor: str = LOCAL
    ray_address: str = "auto"
    lake: str = ""
    lake_data: Path | None = None
    rebuild: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables that `docs/operation.md` lists; each begins with `BUDGET_`.

        A relative path is meant from the current directory; an empty variable counts as unset.

        Raises:
            SettingsError: a number is no whole number above zero, a word none of those known, or
                the address of a lake holds a password.
        """
        given = os.environ if environment is None else environment
        lake, cache = _lake(given), _path(given, "BUDGET_CACHE", ".cache")
        return cls(
            raw=_path(given, "BUDGET_RAW", "raw"),
            warehouse=cache / "lakes" / _short_hash(lake) / "warehouse.duckdb"
            if lake
            else _path(given, "BUDGET_WAREHOUSE", "warehouse.duckdb"),
            cache=cache,
            jobs=_number(given, "BUDGET_JOBS", _processors()),
            schedule=given.get("BUDGET_SCHEDULE") or SCHEDULE,
            limits=Limits(
                megabytes=_number(given, "BUDGET_LIMIT_MEGABYTES", LIMITS.megabytes),
                seconds=_number(given, "BUDGET_LIMIT_SECONDS", LIMITS.seconds),
            ),
            executor=_word(given, "BUDGET_EXECUTOR", EXECUTORS),
            ray_address=given.get("BUDGET_RAY_ADDRESS") or "auto",
            lake=lake,
            lake_data=_path_or_none(given, "BUDGET_LAKE_DATA"),
        )

    @property
    def build(self) -> Path:
        """The file a run builds; it becomes the warehouse once it has passed its tests."""
        return self.warehouse.with_name(self.warehouse.name + ".next")

    @property
    def lock(self) -> Path:
        """The file whose lock a run holds, so that no two runs build the same warehouse."""
        return self.warehouse.with_name(f".{self.warehouse.name}.lock")

    @property
    def ledger(self) -> Path:
        """The directory of the notes of runs that the published warehouse does not know of."""
        return self.warehouse.with_name(f".{self.warehouse.name}.runs")

    @property
    def work(self) -> Path:
        """Working files of the runs for this warehouse: what one asset hands to the next."""
        return self.cache / "work" / _short_hash(self.warehouse)

    @property
    def place(self) -> Path:
        """The directory for what is made out of the warehouse: beside its file, or where one is."""
        return Path.cwd() if self.lake else self.warehouse.parent

    @property
    def seeds(self) -> Path:
        """The catalogue: forms, their columns and rows, identities, classifications."""
        return self.dbt_project / "seeds"

    @property
    def dbt_target(self) -> Path:
        """Where dbt writes its manifest and the results of its runs."""
        return self.cache / "dbt"

    @property
    def dagster_home(self) -> Path:
        """Where Dagster keeps runs, ticks and logs of the service."""
        return self.cache / "dagster"

    @property
    def alerts(self) -> Path:
        """One line of JSON for each failed run of the service."""
        return self.cache / "alerts.log"

    @property
    def summaries(self) -> Path:
        """What the nightly runs found, one text for each."""
        return self.cache / "summaries"

    @property
    def logs(self) -> Path:
        """Full logs of the runs, which the terminal is spared."""
        return self.cache / "logs"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that Dagster, dbt and their child processes are to see."""
        return {
            "BUDGET_RAW": str(self.raw),
            "BUDGET_WAREHOUSE": self.lake or str(self.warehouse),
            "BUDGET_LAKE_DATA": str(self.lake_data or ""),
            "BUDGET_CACHE": str(self.cache),
            "BUDGET_JOBS": str(self.jobs),
            "BUDGET_SCHEDULE": self.schedule,
            "BUDGET_LIMIT_MEGABYTES": str(self.limits.megabytes),
            "BUDGET_LIMIT_SECONDS": str(self.limits.seconds),
            "BUDGET_EXECUTOR": self.executor,
            "BUDGET_RAY_ADDRESS": self.ray_address,
            "BUDGET_BUILD_FILE": str(self.build),
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.logs),
            **NO_TELEMETRY,
        }


def _path(given: Mapping[str, str], name: str, default: str) -> Path:
    return Path(given.get(name) or default).expanduser().absolute()


def _path_or_none(given: Mapping[str, str], name: str) -> Path | None:
    return _path(given, name, "") if given.get(name) else None


def _lake(given: Mapping[str, str]) -> str:
    """The address of the lake, if the warehouse is one."""
    address = given.get("BUDGET_WAREHOUSE") or ""
    if not address.startswith(LAKE.partition(":")[0] + ":"):
        return ""
    if not address.startswith(LAKE):
        raise SettingsError(f"BUDGET_WAREHOUSE must be a file or {LAKE}…, not {address!r}")
    if re.search(r"password\s*=|://[^/@]*:[^/@]*@", address):
        raise SettingsError(
            "BUDGET_WAREHOUSE holds a password, which would get into logs: put it into ~/.pgpass or"
            " PGPASSWORD"
        )
    return address


def _short_hash(name: str | Path) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:12]


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SettingsError(f"{name} must be a whole number above zero, not {text!r}")
    return int(text)


def _word(given: Mapping[str, str], name: str, words: Sequence[str]) -> str:
    word = given.get(name) or words[0]
    if word not in words:
        raise SettingsError(f"{name} must be {' or '.join(words)}, not {word!r}")
    return word


def _processors() -> int:
    """Processors this process may use, which in a container are fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
