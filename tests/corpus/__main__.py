"""Write or check the documents of ``raw/``: ``python -m tests.corpus [--check] [--out DIR]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.corpus.documents import build
from tests.corpus.fonts import FontNotFoundError

RAW = Path(__file__).parents[2] / "raw"


def main(arguments: list[str] | None = None) -> int:
    """Rebuild the documents; return 0, or 1 if a file differs, or 2 without the typeface."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--out", type=Path, default=RAW, help="folder of the documents")
    options = parser.parse_args(arguments)
    differing = 0
    try:
        for name, content in build():
            differing += _handle(options.out / name, content, check=options.check)
    except FontNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if differing and options.check else 0


def _handle(path: Path, content: bytes, *, check: bool) -> bool:
    """Write or compare one file, say what was done, return whether it differed."""
    differs = not path.is_file() or path.read_bytes() != content
    if differs and not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    state = ("differs" if check else "written") if differs else "same"
    print(f"{state:8} {len(content):>9,} bytes  {path.name}")
    return differs


if __name__ == "__main__":
    sys.exit(main())
