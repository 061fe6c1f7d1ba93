"""`python -m publications`: draws a figure of a publication; called by the rule `paper_figure`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from multiarea.cli import main
from multiarea.cli.parser import Parser, add_stage_options
from multiarea.cli.verbs import inputs_of


def run(chosen: argparse.Namespace) -> None:
    """Draw the figure."""
    from publications.drawing import paper_stage

    paper_stage(chosen.figure, chosen.spec, inputs_of(chosen), chosen.to)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = Parser(prog="python -m publications", description="Draw a figure of a publication.")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write messages here too")
    parser.add_argument("figure", help="<publication>/<figure>")
    add_stage_options(parser, "--spec", "--inputs")
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main(parser=build_parser()))
