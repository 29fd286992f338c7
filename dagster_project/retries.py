"""Faults that may pass: the disk was full, a share was away, a file was just being replaced.

Here: which errors are worth another attempt, and how soon. A failed test never is.
"""

import contextlib
from collections.abc import Iterator

import dagster as dg
import duckdb

ATTEMPTS = 2
SECONDS = 5


@contextlib.contextmanager
def retried() -> Iterator[None]:
    """Let Dagster try a step again if the system refused it something."""
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        raise dg.RetryRequested(max_retries=ATTEMPTS, seconds_to_wait=SECONDS) from error
