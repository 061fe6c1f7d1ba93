"""What the code never does, and what names can never do."""

import ast
import re
from pathlib import Path

import pytest

from multiarea.cluster import load_cluster
from multiarea.errors import InputError
from multiarea.experiment.config import load_config
from multiarea.experiment.loading import load_experiments

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path for folder in ("src", "publications") for path in (CHECKOUT / folder).rglob("*.py")
)
HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "$(touch ran)",
    "`touch ran`",
    "; touch ran",
    "a b",
    "a\nb",
    "'a' \"b\"",
    "{net}",
    "{{net}}",
    "<out>",
    "-rf",
    "~root",
    "a\0b",
    "\x1b[31m",
    "é" * 300,
    "..",
    ".",
    "",
    "%s %(a)s",
    "*",
    "| cat",
    "a/../../b",
    "\u202e",
]

#: Calls that run text as code, load objects from files, or go through a shell.
FORBIDDEN = re.compile(
    r"^(eval|exec|compile|__import__|input|breakpoint)$"
    r"|^os\.(system|popen|exec\w+|spawn\w+)$"
    r"|^(pickle|cPickle|marshal|shelve|dill|joblib|cloudpickle)\."
    r"|^yaml\.(load|load_all|full_load|unsafe_load|full_load_all|unsafe_load_all)$"
    r"|^(pd|pandas)\.(read_pickle|eval)$|\.to_pickle$|\.query$"
    r"|^tempfile\.mktemp$|^subprocess\.(getoutput|getstatusoutput)$"
)
UNSAFE_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}


def problems_of(text):
    """Return what a module does that it must not."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [getattr(node, "module", None) or "", *(name.name for name in node.names)]
            found += [name for name in modules if name.split(".")[0] in UNSAFE_MODULES]
        if isinstance(node, ast.Call):
            found += problems_of_call(node)
    return found


def problems_of_call(node):
    name = ast.unparse(node.func)
    options = {word.arg: ast.unparse(word.value) for word in node.keywords}
    found = [name] if FORBIDDEN.search(name) else []
    if options.get("shell", "False") != "False":
        found.append(f"{name}(shell=...)")
    if name in ("np.load", "numpy.load") and options.get("allow_pickle") != "False":
        found.append(f"{name} without allow_pickle=False")
    if options.get("allow_pickle", "False") != "False":
        found.append(f"{name}(allow_pickle=...)")
    if "Loader" in options and "Safe" not in options["Loader"]:
        found.append(f"{name}(Loader=...)")
    return found


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 100


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(CHECKOUT)))
def test_no_code_from_data_and_no_shell(path):
    assert problems_of(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import load",
        "eval('1')",
        "yaml.load(f)",
        "yaml.compose(f, Loader=yaml.Loader)",
        "np.load(f)",
        "np.load(f, allow_pickle=True)",
        "subprocess.run('ls', shell=True)",
        "os.system('ls')",
        "pd.read_pickle(f)",
    ],
)
def test_the_look_sees_each_kind(text):
    assert problems_of(text)


def test_only_experiment_files_are_run():
    users = [path.name for path in SOURCES if "runpy" in path.read_text("utf-8")]
    assert users == ["running.py"]


# ------------------------------------------------------------------------------- shell commands


def rules_text() -> str:
    files = ("Snakefile", "publications/rules.smk")
    return "\n".join((CHECKOUT / file).read_text("utf-8") for file in files)


def shell_fields():
    """Return the fields of all shell commands of the rules."""
    text = rules_text()
    commands = re.findall(r"^    shell:\n((?:        .*\n?)+)", text, re.M)
    assert len(commands) >= 8
    return [field for command in commands for field in re.findall(r"\{([^{}]*)\}", command)]


def test_every_field_of_a_shell_command_is_quoted():
    """Apart from the launcher, which is a command, and names that the rules confine to words."""
    bare = {field for field in shell_fields() if not field.endswith(":q")}
    assert bare <= {
        "resources.launcher",
        "wildcards.measure",
        "wildcards.figure",
        "wildcards.paper",
    }
    text = rules_text()
    for name in ("measure", "figure", "paper"):
        patterns = re.findall(rf'^    {name}="(.*)",$', text, re.M)
        assert patterns
        for hostile in HOSTILE:
            assert not any(re.fullmatch(pattern, hostile) for pattern in patterns)


# ------------------------------------------------------------------------------- names


@pytest.mark.parametrize("text", HOSTILE)
def test_results_stay_inside_their_folder(load, text):
    """Folders are made of hashes only, whatever stands in the parameters."""
    sections = {
        "net_params": {"cytoarchitecture_params": {"ei_ratio_path": text}},
        "sim_params": {"rec_dev": ["spike_recorder"]},
        "ana_params": {"mplstyles": [text]},
        "sweep": {"mplstyles": [[text], ["b"]]},
    }
    for names in (("ana_params",), ("sweep",), ("net_params", "ana_params")):
        code = "".join(f"{name} = {sections[name]!r}\n" for name in names)
        try:
            found = load(code)
        except InputError:
            continue
        for experiment in found:
            parts = experiment.analysis_folder.parts
            assert len(parts) == 3
            assert all(re.fullmatch("[0-9a-f]{32}", part) for part in parts)
            assert re.fullmatch(r"one(@mplstyles=[A-Za-z0-9+._-]*)?", experiment.name)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_experiment_file_is_refused(text, tmp_path):
    with pytest.raises(InputError) as caught:
        load_experiments([str(tmp_path / text) + ".py"])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_of_the_configuration(text):
    for content in ({"figures": [text]}, {"cluster": text}, {"out": text}, {text: 1}):
        try:
            config = load_config(content)
        except InputError as error:
            assert str(error).isprintable()
            continue
        assert set(content) <= {"cluster", "out"}
        if "out" in content:
            assert not set(config.out) & set("'\"`{}<>\n\0\x1b")
            assert not config.out.startswith(("-", "~"))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("key", ["account", "partition"])
def test_hostile_names_do_not_reach_sbatch(tmp_path, key, text):
    import json

    path = tmp_path / "cluster.json"
    path.write_text(json.dumps({"simulate": {key: text}}))
    try:
        job = load_cluster(path)["simulate"]
    except InputError:
        return
    assert re.fullmatch(r"[\w.@+][\w.@+-]*", getattr(job, key)), text
