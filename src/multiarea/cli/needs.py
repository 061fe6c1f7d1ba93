"""What the commands of small jobs import, for the server that forks them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from multiarea.cli.parser import build_parser


def import_needs(words: Sequence[str]) -> None:
    """Import what the command with these `words` will import, and read what never changes."""
    chosen = build_parser().parse_args(words)
    from multiarea.files.provenance import versions
    from multiarea.models import get_model

    versions()
    if "model" in getattr(chosen, "spec", {}):
        get_model(chosen.spec["model"])
    if "measure" in chosen:
        from multiarea.analysis import measures

        import_module("multiarea.stages.analyse")
        import_module("multiarea.analysis.results")
        import_module(measures()[chosen.measure].module)
    elif "figure" in chosen:
        from matplotlib.backend_bases import get_registered_canvas_class

        from multiarea.figures import figures

        import_module("multiarea.stages.plot")
        import_module("multiarea.figures.kinds.saving")
        import_module(figures()[chosen.figure].plot.func.__module__)
        for path in chosen.to[:-1]:
            get_registered_canvas_class(path.suffix[1:])
    else:
        import_module("multiarea.stages.records")
