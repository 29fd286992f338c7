"""What a person sees while a run works: stages, and in each the documents done so far.

Here: the display only. Assets say what happened, and know nothing about terminals.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

# Too narrow a table is worse than long lines, where nobody folds lines to a window.
_WIDTH_OF_A_FILE = 180

# What a terminal takes for a command, and what turns the order of letters around: a document's text
# and a file's name are data. Line breaks and tabs are left.
_COMMANDS = dict.fromkeys(
    (*(set(range(0x20)) - {0x09, 0x0A}), *range(0x7F, 0xA0), *range(0x200E, 0x2010),
     *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�"
)  # fmt: skip

Done = Callable[[str], None]


def terminal() -> Console:
    """The console on standard output; wide where that is a file or a pipe."""
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    return console


def harmless(text: str) -> str:
    """Text that says to a terminal nothing but itself."""
    return text.translate(_COMMANDS).encode("utf-8", "replace").decode("utf-8")


def plain(text: str) -> Text:
    """Text for the console: no markup in it, and no command to the terminal."""
    return Text(harmless(text))


class SilentProgress:
    """Shows nothing; for runs that Dagster starts, which has its own display."""

    @contextlib.contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Done]:
        """Enter a stage of `total` steps, or of unknown length; call the result for each step."""
        yield lambda name: None


class TerminalProgress(SilentProgress):
    """A bar on a terminal; in a pipe or a log file one plain line for each step."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextlib.contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Done]:
        """See `SilentProgress.stage`."""
        if total == 0:
            self._print(f"{title}: nothing new")
            yield lambda name: None
            return
        shown = self._bar(title, total) if self._console.is_terminal else self._lines(title, total)
        with shown as done:
            yield done

    @contextlib.contextmanager
    def _bar(self, title: str, total: int | None) -> Iterator[Done]:
        columns = [SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()]
        if total is not None:
            columns[2:2] = [BarColumn(bar_width=24), MofNCompleteColumn()]
        columns.append(TextColumn("[dim]{task.fields[name]}[/]", markup=True))
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(title, total=total, name="")

            def done(name: str) -> None:
                # A file name may hold square brackets, which rich would read as markup.
                progress.update(task, advance=1, name=harmless(name).replace("[", r"\["))

            yield done
            progress.update(task, name="", total=total or 1, completed=total or 1)

    @contextlib.contextmanager
    def _lines(self, title: str, total: int | None) -> Iterator[Done]:
        self._print(title if total is None else f"{title}: {total}")
        finished = 0

        def done(name: str) -> None:
            nonlocal finished
            finished += 1
            self._print(f"  {finished}/{total} {name}" if total else f"  {name}")

        yield done

    def _print(self, line: str) -> None:
        self._console.print(harmless(line), markup=False, highlight=False, soft_wrap=True)
