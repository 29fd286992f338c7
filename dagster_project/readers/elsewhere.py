"""Whether this process recognises images, or leaves the documents that need it to others.

Here: the switch only. It loads nothing, so that whoever hands documents out can set it; where one
machine does all, nobody does.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_ELSEWHERE: ContextVar[bool] = ContextVar("recognition_elsewhere", default=False)


class RecognisedElsewhereError(RuntimeError):
    """The document has pages that are images, and this process is not to recognise any."""


@contextlib.contextmanager
def recognition_elsewhere() -> Iterator[None]:
    """Let reading stop with `RecognisedElsewhereError` at the first image to be recognised."""
    before = _ELSEWHERE.set(True)
    try:
        yield
    finally:
        _ELSEWHERE.reset(before)


def require_recognition_here() -> None:
    """Do nothing where images are recognised.

    Raises:
        RecognisedElsewhereError: this process leaves them to others.
    """
    if _ELSEWHERE.get():
        raise RecognisedElsewhereError("recognising images is the work of another machine")
