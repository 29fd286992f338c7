"""A run of the small project as a program, so that it can be killed.

python -m tests.small RAW WAREHOUSE CACHE [JOBS]
"""

import sys
from pathlib import Path

from dagster_project.run import NothingToDoError, run_warehouse
from dagster_project.settings import Settings
from tests import fakes

SMALL_DBT = Path(__file__).parent / "assets" / "small_dbt"


def small_settings(raw: Path, warehouse: Path, cache: Path, jobs: int = 2) -> Settings:
    return Settings(raw, warehouse, cache, jobs, dbt_project=SMALL_DBT)


def main() -> int:
    raw, warehouse, cache = (Path(argument).absolute() for argument in sys.argv[1:4])
    jobs = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    try:
        published = run_warehouse(
            small_settings(raw, warehouse, cache, jobs), domain=fakes.domain(), patience=300
        )
    except NothingToDoError as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if published else 1


if __name__ == "__main__":
    sys.exit(main())
