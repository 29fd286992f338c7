"""What a failed step has to say to a person, out of what Dagster records about it.

Here: reading events only; the alert and the terminal say the same.
"""

from collections.abc import Iterator

import dagster as dg
from dagster._utils.error import SerializableErrorInfo


def explanation(event: dg.DagsterEvent) -> str:
    """Why a step failed: its own words if it failed on purpose, else the error it began with."""
    data = event.step_failure_data
    if data.user_failure_data:
        details = data.user_failure_data.metadata.get("details")
        text = details.value if isinstance(details, dg.TextMetadataValue) else ""
        return f"{data.user_failure_data.description}\n{text}".strip()
    messages = [error.message.strip() for error in causes(data.error)]
    return messages[-1] if messages else "no reason given"


def causes(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    """The error and what it was raised from, down to the first."""
    while error:
        yield error
        error = error.cause
