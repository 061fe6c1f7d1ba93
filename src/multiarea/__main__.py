"""`python -m multiarea`."""

import sys
from collections.abc import Sequence

from multiarea.forkserver import run_forked

FORKED = ("analyse", "plot", "record", "record_pictures")
"""Commands of rules that are over sooner than their libraries are imported."""


def prepare(words: Sequence[str]) -> None:
    """Import what a command needs."""
    from multiarea.cli.needs import import_needs

    import_needs(words)


def work(words: Sequence[str]) -> int:
    """Run a command in this process."""
    from multiarea.cli import main

    return main(words)


def run(words: Sequence[str]) -> int:
    """Run a command, a small one of a rule by the fork server of its Snakemake."""
    is_small = words[:1] == ["--log"] and words[2:3] and words[2] in FORKED
    status = run_forked(words, prepare, work) if is_small else None
    return work(words) if status is None else status


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
