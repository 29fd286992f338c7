"""A PostgreSQL server of the tests' own: Debian's programs, a socket in a directory, no network."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

USER = "budget"


def programs() -> Path | None:
    """Where the server's programs lie; Debian does not put them on the search path."""
    found = shutil.which("initdb")
    places = (
        [Path(found).resolve().parent]
        if found
        else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    )
    usable = [place for place in places if (place / "pg_ctl").exists()]
    return usable[-1] if usable and (os.getuid() or shutil.which("setpriv")) else None


@contextlib.contextmanager
def server() -> Iterator[Path]:
    """A running server; yields the directory of its socket."""
    bin_ = programs()
    assert bin_, "ask `programs` first"
    # A socket's path may have 107 characters; the server, which is never root, has to see it.
    place = Path(tempfile.mkdtemp(prefix="pg"))
    as_user = []
    if os.getuid() == 0:
        shutil.chown(place, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(program: str, *options: str) -> None:
        command = [*as_user, str(bin_ / program), "-D", str(place / "data"), *options]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    try:
        run("initdb", "-A", "trust", "-U", USER, "-N", "-E", "UTF8", "--locale=C")
        options = f"-k {place} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-w", "-l", str(place / "log"), "-o", options, "start")
        try:
            yield place
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def create(socket: Path, database: str) -> None:
    """Create a database on a running server."""
    bin_ = programs()
    assert bin_, "ask `programs` first"
    subprocess.run([bin_ / "createdb", "-h", socket, "-U", USER, database], check=True)
