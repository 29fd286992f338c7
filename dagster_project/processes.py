"""What the system holds a process of a run to: how much it may use, and how long it may live.

Here: calls of the kernel only. A system that lacks one of them (macOS has no parent-death signal)
leaves that bound to the checks above it.
"""

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True)
class Limits:
    """What one document may cost.

    Attributes:
        megabytes: memory of the process that reads it, in MiB of private data.
        seconds: processor time. Time on the clock would depend on what else the machine does.
    """

    megabytes: int
    seconds: int

    @property
    def longest_wait(self) -> float:
        """Seconds on the clock after which a process that does not even compute is ended."""
        return 4 * self.seconds + 60


def die_with_parent(parent: int) -> None:
    """Let this process be killed when its parent dies, so that a killed run leaves no work behind.

    Args:
        parent: process id; a parent that has died already ends this process at once.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Refuse this process more private memory; an allocation beyond it fails."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEBIBYTE, hard))
    # A dump of the memory of a killed process would hold the document.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_seconds(seconds: int) -> None:
    """Let the system end this process after so much more processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def peak_megabytes() -> int:
    """The most memory this process has had resident, in MiB."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return math.ceil(int(line.split()[1]) / 1024)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return math.ceil(peak / (MEBIBYTE if sys.platform == "darwin" else 1024))


def why_it_died(exit_code: int | None, limits: Limits) -> str:
    """The end of a process in words."""
    if exit_code == -signal.SIGXCPU:
        return f"it took more than {limits.seconds} s of processor time"
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        return (
            f"the process that worked on it was ended by {name} ({_MEANING.get(name, 'a crash')})"
        )
    return f"the process that worked on it ended by itself with status {exit_code}"


_MEANING = {
    "SIGKILL": "killed from outside, as a system does that is out of memory",
    "SIGSEGV": "a crash in a library",
    "SIGABRT": "a library gave up, mostly for want of memory",
}
