"""Hooks of MkDocs: reference made from the code, equations as MathML, nothing from outside."""

from __future__ import annotations

import html
import importlib
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from pydantic import BaseModel

from multiarea.analysis import measures
from multiarea.cli import build_parser
from multiarea.experiment.catalogue import parameters_of
from multiarea.figures import figures
from multiarea.models import get_model, model_names
from multiarea.network.network import MATRICES, POPULATION_COLUMNS
from multiarea.parameters import (
    PLOT_ONLY,
    AnalysisParameters,
    SimulationParameters,
    inner_block,
    item_block,
)
from multiarea.parameters.config import Config
from multiarea.spikes import potentials, store
from multiarea.stages.stability import stability_arrays
from multiarea.summary import tables as summary_tables
from multiarea.theory import fixed_points_table
from publications import paper_figures, reproduction

sys.path.insert(0, str(Path(__file__).parent))
from drawings import drawings
from gallery import with_galleries
from notebook import tutorial_page

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "multiarea"
PUBLIC = ("multiarea.api.run", "multiarea.api.experiments")
"""What `import multiarea` offers."""
OFFERED = (
    "`import multiarea` offers `Run`, `load_experiment`, `make_experiment`, `write_experiment` and "
    "`InputError`; how they work together is shown on the page [From Python](../how-to/python.md)."
)
INTERNALS = "reference/internals/"
EQUATION = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
NAME = re.compile(r"(?<=<code>)[\w./]+(?=</code>)")
OUTSIDE = re.compile(
    r"""<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^>]*>"""
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the generated pages to the navigation."""
    reference = next(entry["Reference"] for entry in config.nav if "Reference" in entry)
    pages = {path: title for path, (title, _) in generated_pages().items()}
    inner = [{title: path} for path, title in pages.items() if path.startswith(INTERNALS)]
    reference += [{title: path} for path, title in pages.items() if {title: path} not in inner]
    reference.append({"Internals": inner})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and the drawings."""
    for path, (title, text) in generated_pages().items():
        files.append(File.generated(config, path, content=f"# {title}\n\n{text}"))
    text, pictures = tutorial_page("tutorial")
    for path, content in {"tutorial.md": text, **drawings(), **pictures}.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put tables of simulated results, and galleries, where a page asks for them by name."""
    markdown = ASKED.sub(lambda found: OF_RESULTS[found[1]](), markdown)
    return with_galleries(markdown, page.file.src_uri.count("/"))


def on_page_content(content: str, **_: Any) -> str:
    """Turn TeX into MathML, which browsers show without any script; let long names break."""

    def replace(found: re.Match[str]) -> str:
        display = "block" if found[2] == "[" else "inline"
        return convert(html.unescape(found[3]), display=display)

    content = NAME.sub(lambda found: found[0].replace("_", "_<wbr>"), content)
    return EQUATION.sub(replace, content)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Raise PluginError if a page would load something from outside."""
    for found in OUTSIDE.findall(output):
        if 'rel="canonical"' not in found:
            raise PluginError(f"{page.file.src_uri}: loads {found}")
    return output


def generated_pages() -> dict[str, tuple[str, str]]:
    """Return title and text of each generated page by its path."""
    pages = {
        "reference/parameters.md": ("Parameters", parameters_page()),
        "reference/measures_and_figures.md": ("Measures and figures", results_page()),
        "reference/network.md": ("The network file", network_page()),
        "reference/result_files.md": ("Result files", result_files_page()),
        "reference/commands.md": ("Commands", commands_page()),
    }
    pages["reference/python.md"] = ("Python", f"{OFFERED}\n\n{documented(PUBLIC)}")
    for name, modules in packages():
        pages[f"{INTERNALS}{name}.md"] = (name, documented(modules))
    return pages


def documented(modules: Iterable[str]) -> str:
    """Return what shows the docstrings of `modules`."""
    return "\n\n".join(f"## `{module}`\n\n::: {module}" for module in modules)


def packages() -> Iterator[tuple[str, list[str]]]:
    """Yield each folder of the package, and its public modules."""
    folders = sorted({path.parent for path in PACKAGE.rglob("*.py")})
    for folder in folders:
        name = ".".join(("multiarea", *folder.relative_to(PACKAGE).parts))
        stems = [path.stem for path in sorted(folder.glob("*.py")) if path.stem[0] != "_"]
        modules = [module for stem in stems if (module := f"{name}.{stem}") not in PUBLIC]
        yield name, modules if name == "multiarea" else [name, *modules]


# ------------------------------------------------------------------------------------- parameters


def parameters_page() -> str:
    """Return tables of all parameters, from the models that validate them."""
    parts = [
        "Made from the models that validate experiment files and `config.yaml`; "
        "`python -m multiarea parameters WORD` shows the same in a terminal."
    ]
    for name in model_names():
        heading = f"## `net_params`, model `{name}`"
        parts += [heading, block_table(get_model(name).Parameters)]
    parts += ["## `sim_params`", block_table(SimulationParameters)]
    note = "Blocks marked * change pictures only: they belong to no hash. Times in ms."
    parts += ["## `ana_params`", note, block_table(AnalysisParameters, PLOT_ONLY)]
    parts += ["## `config.yaml`", block_table(Config)]
    return "\n\n".join(parts)


def block_table(kind: type[BaseModel], marked: frozenset[str] = frozenset()) -> str:
    """Return a table of the parameters of a block, and one of each block in it."""
    head = _row("key", "default", "unit", "meaning", "allowed") + "\n" + _row(*["---"] * 5)
    tables: dict[str, list[str]] = {}
    for one in parameters_of(kind):
        first, _, rest = one.place.partition(".")
        inner, name = (first, rest) if rest else ("", first)
        cells = (f"`{name}`", f"`{one.default}`", one.unit, one.meaning, one.allowed)
        tables.setdefault(inner, []).append(_row(*cells))
    parts = []
    for inner, rows in sorted(tables.items(), key=lambda entry: entry[0] != ""):
        if inner:
            star = " *" if inner in marked else ""
            annotation = kind.model_fields[inner.removesuffix("[]")].annotation
            about = inner_block(annotation) or item_block(annotation)
            parts.append(f"### `{inner}`{star}\n\n{about.__doc__}")
        parts.append("\n".join([head, *rows]))
    return "\n\n".join(parts)


# ---------------------------------------------------------------------------------- other pages


COLUMNS = (
    "Columns, arrays and units of each file: [result files](result_files.md); definitions: "
    "[the science of the measures](../science/measures.md)."
)


def results_page() -> str:
    """Return tables of the measures and figures that exist."""
    head = ("measure", "what it is", "file", "needs", "parameters")
    rows = ["## Measures", "", COLUMNS, "", _row(*head), _row(*["---"] * len(head))]
    for name, m in measures().items():
        meaning, _ = described(getattr(importlib.import_module(m.module), name))
        rows.append(
            _row(f"`{name}`", meaning, f"`{Path(m.file).suffix}`", _names(m.needs), _names(m.uses))
        )
    rows += ["", "## Figures of one experiment", "", _row("figure", "needs", "shows")]
    rows.append(_row(*["---"] * 3))
    rows += [_row(f"`{n}`", _names(f.needs), f.caption) for n, f in figures().items()]
    rows += ["", "## Figures of publications", "", _row("figure", "published as", "shows")]
    rows.append(_row(*["---"] * 3))
    rows += [_row(f"`{n}`", f.published, f.caption) for n, f in paper_figures().items()]
    return "\n".join(rows)


def reproduction_tables() -> str:
    """Return a table for each state: published numbers, and ours."""
    parts = []
    for state, found in groupby(reproduction.rows(), lambda row: row.state):
        rows = list(found)
        columns = {"published": "published", "own": "here"}
        more = {"mean_field": "mean field", "nest": "NEST, here", "second": rows[0].second_name}
        more |= {"between": "between seeds"}
        columns |= {name: text for name, text in more.items() if getattr(rows[0], name) is not None}
        head = ["quantity", *columns.values(), "difference", "limit", "verdict"]
        lines = [_row(*head), _row("---", *["---:"] * (len(head) - 2), "---")]
        for row in rows:
            values = [getattr(row, name) for name in columns]
            numbers = [*values, row.difference, row.limit]
            verdict = "agrees" if row.agrees else "**differs**"
            verdict = "open: one seed" if row.limit is None else verdict
            lines.append(_row(row.quantity, *(_number(value) for value in numbers), verdict))
        judged = [row.agrees for row in rows if row.limit is not None]
        experiments = [row.experiment for row in rows] + [row.other_experiment for row in rows]
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(filter(None, experiments)))
        text = f"{sum(judged)} of {len(judged)} agree. Experiments: {names}."
        parts.append(f"### {state}\n\n{text}\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def runs_table() -> str:
    """Return what was run, and what it took."""
    head = ("experiment", "model time (s)", "seed", "spikes/s", "cores", "hours", "GB")
    lines = [_row(*head), _row("---", *["---:"] * (len(head) - 1))]
    for name, folder in reproduction.summaries().items():
        facts = reproduction.facts(folder)
        took = facts["simulation"]
        numbers = (
            f"{facts['t_sim_ms'] / 1000:g}",
            str(facts["master_seed"]),
            _number(facts["mean_rate_spikes_per_s"]),
            str(took["virtual_processes"]),
            f"{took['wall_time_s'] / 3600:.2g}",
            f"{took['peak_memory_bytes'] / 1e9:.2g}",
        )
        lines.append(_row(f"`{name}`", *numbers))
    return "\n".join(lines)


def scales_table() -> str:
    """Return the statistics of the human model at each scale, at full scale first, for each chi."""
    head = ("χ", "N", "K", "spikes/s", "CV", "LvR", "correlation", "FC", "similarity")
    head += ("cores", "minutes", "GB")
    lines = [_row(*head), _row(*["---:"] * len(head))]
    for chi, facts, found in reproduction.scales():
        took = facts["simulation"]
        numbers = [found[name] for name in ("rate", "cv", "lvr", "correlation")]
        numbers += [found["fc_full_scale"], found["similarity_rates"]]
        numbers += [took["virtual_processes"], took["wall_time_s"] / 60]
        numbers += [took["peak_memory_bytes"] / 1e9]
        size = (chi, facts["N_scaling"], facts["K_scaling"])
        lines.append(_row(*(_number(number) for number in (*size, *numbers))))
    return "\n".join(lines)


OF_RESULTS = {"reproduction": reproduction_tables, "runs": runs_table, "scales": scales_table}
"""What a page may ask for."""
ASKED = re.compile(r"\{\{ (" + "|".join(OF_RESULTS) + r") \}\}")


def _number(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.3g}".replace("-", "−")


def network_page() -> str:
    """Return tables of the columns and matrices of a network."""
    rows = ["Columns of the table `populations`, one row per population:", ""]
    rows += [_row("column", "unit", "meaning"), _row(*["---"] * 3)]
    rows += [_row(f"`{n}`", unit, text) for n, (_, unit, text) in POPULATION_COLUMNS.items()]
    rows += ["", "Matrices `[target, source]` in the group `projections`:", ""]
    rows += [_row("matrix", "meaning [unit]"), _row(*["---"] * 2)]
    rows += [_row(f"`{name}`", text) for name, text in MATRICES.items()]
    return "\n".join(rows)


def result_files_page() -> str:
    """Return what each result file holds, from the docstrings of what writes and reads it."""
    parts = [
        "Tables (`.csv`) have one line of headers, and empty entries where a value is not known. "
        "Arrays (`.h5`) have the attributes `dims`, names of the dimensions, and `unit`; "
        "`multiarea.analysis.results.load` reads both. *Labels of the populations* are the arrays "
        "`population_area`, `population_layer` and `population_population`.",
        "`network.h5`: [the network file](network.md).",
    ]
    for file, module in (("spikes.h5", store), ("membrane_potentials.h5", potentials)):
        layout = str(module.__doc__).split("-\n", 1)[1].strip().split("\n\n")[0]
        parts.append(f"## `{file}`\n\n```text\n{layout}\n```")
    made = {"theory/rates.csv": fixed_points_table, "stability/stability.h5": stability_arrays}
    for measure in measures().values():
        made[measure.file] = getattr(importlib.import_module(measure.module), measure.name)
    for file, function in made.items():
        meaning, returned = described(function)
        parts.append(f"## `{file}`\n\n{meaning}\n\n{returned}")
    rows = [_row("table", "columns"), _row("---", "---")]
    rows += [_row(f"`{name}.csv`", table.about) for name, table in summary_tables.TABLES.items()]
    parts += ["## Summaries", "The tables that `summarise` writes:", "\n".join(rows)]
    return "\n\n".join(parts)


def described(function: Any) -> tuple[str, str]:
    """Return what a function returns, and what the section Returns of its docstring says."""
    text = str(inspect.getdoc(function))
    kind, returned = re.split(r"\nReturns\n-+\n", text)[1].split("\n", 1)
    first = text.split("\n\n")[0].removeprefix("Return ")
    kind = {"DataFrame": "Table", "Arrays": "Arrays"}[kind]
    return first[0].upper() + first[1:], f"{kind}: {' '.join(returned.split())}"


def commands_page() -> str:
    """Return the help of every command."""
    parser = build_parser()
    verbs = next(a for a in parser._actions if a.choices and not a.option_strings).choices
    parts = [f"```text\n{parser.format_help()}```"]
    parts += [f"## {name}\n\n```text\n{verb.format_help()}```" for name, verb in verbs.items()]
    return "\n\n".join(parts)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
