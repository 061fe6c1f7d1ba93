"""Identity: what changes a hash and what does not."""

import pytest

from multiarea.experiment.hashing import canonical_json, parameter_hash
from multiarea.files.project import exists, project_root, relative, resolve
from multiarea.models import human

BASE = """
net_params = {"N_scaling": 0.5, "connection_params": {"g": -4.0, "PSP_e": 0.15}}
sim_params = {"t_sim": 12500.0, "master_seed": 7}
ana_params = {"cv": {"t_start": 600.0}}
"""


@pytest.fixture
def hashes(load):
    def hashes_of(text, **options):
        (one,) = load(text, **options)
        return one.network_hash, one.simulation_hash, one.analysis_hash

    return hashes_of


def test_nested_lists_do_not_collide():
    """dicthash 0.0.2 takes these two for one."""
    assert parameter_hash({"a": [1, 23]}) != parameter_hash({"a": [12, 3]})
    assert parameter_hash({"a": {"b": 1}, "c": 2}) != parameter_hash({"a": {"b": 1, "c": 2}})
    assert parameter_hash({"a": "1"}) != parameter_hash({"a": 1})


def test_canonical_text():
    assert canonical_json({"b": [1.5, None], "a": True}) == '{"a":true,"b":[1.5,null]}'
    assert parameter_hash({"b": 1, "a": 2}) == parameter_hash({"a": 2, "b": 1})
    assert len(parameter_hash({})) == 32
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})


@pytest.mark.parametrize(
    "text",
    [
        BASE + "# a comment\n",
        BASE.replace("12500.0", "12500"),
        BASE.replace("12500.0", "1.25e4"),
        BASE.replace('"g": -4.0, "PSP_e": 0.15', '"PSP_e": 0.15, "g": -4'),
        "import numpy as np\n" + BASE.replace("12500.0", "np.float64(12500)"),
        BASE.replace('"N_scaling": 0.5', '"N_scaling": 1 / 2, "K_scaling": 1.0'),
        BASE.replace('"N_scaling": 0.5', '"N_scaling": 0.5, "scaling_type": "sqrt"'),
        BASE + 'sim_params["print_time"] = True\nsim_params["overwrite_files"] = False\n',
        BASE + 'ana_params["extension"] = "pdf"\nana_params["mplstyles"] = ["dark_background"]\n',
        BASE + 'ana_params["plotRasterArea"] = {"areas": ["cuneus"], "fraction": 0.5}\n',
        BASE + 'ana_params["plotAllBOLDSignalSummary"] = {"num_col": 3}\n',
        BASE + 'ana_params["binned_spikerates_per_neuron"] = {"num_col": 3}\n',
        BASE + 'ana_params["plot_binned_spikerates_per_neuron"] = {"max_rate": 10.0}\n',
    ],
)
def test_no_hash_changes(hashes, text):
    assert hashes(text) == hashes(BASE)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (BASE.replace("-4.0", "-4.5"), (True, False, False)),
        (BASE.replace("0.5", "0.25"), (True, False, False)),
        (BASE.replace("12500.0", "12500.1"), (False, True, False)),
        (BASE.replace("7}", "8}"), (False, True, False)),
        (BASE.replace("7}", "7, 'virtual_processes': 4}"), (False, True, False)),
        (BASE.replace("600.0", "500.0"), (False, False, True)),
        (BASE.replace('"cv"', '"lvr"'), (False, False, True)),
        (BASE + 'ana_params["seed"] = 1\n', (False, False, True)),
    ],
)
def test_one_hash_changes(hashes, text, changed):
    assert tuple(a != b for a, b in zip(hashes(text), hashes(BASE), strict=True)) == changed


def test_virtual_processes_belong_to_the_simulation(hashes):
    by_config = hashes(BASE, virtual_processes=4)
    in_file = hashes(BASE.replace("7}", "7, 'virtual_processes': 4}"), virtual_processes=2)
    assert by_config == in_file != hashes(BASE, virtual_processes=2)


@pytest.mark.parametrize(
    "path",
    [
        "'experimental_data/fraction_EI/binzegger.csv'",
        "'./experimental_data/fraction_EI/../fraction_EI/binzegger.csv'",
        "os.path.join(os.getcwd(), 'experimental_data/fraction_EI/binzegger.csv')",
        "pathlib.Path('experimental_data', 'fraction_EI', 'binzegger.csv')",
    ],
)
def test_the_way_a_path_is_written_does_not_matter(load, path):
    text = "import os, pathlib\nnet_params = {'cytoarchitecture_params': {'ei_ratio_path': %s}}"
    (one,) = load(text % path)
    (default,) = load("net_params = {}")
    assert one.network_hash != default.network_hash
    (again,) = load(text % "'experimental_data/fraction_EI/binzegger.csv'")
    assert one.network_hash == again.network_hash


def test_version_belongs_to_the_network(hashes, monkeypatch):
    before = hashes(BASE)
    monkeypatch.setattr(human, "VERSION", human.VERSION + 1)
    after = hashes(BASE)
    assert before[0] != after[0] and before[1:] == after[1:]


def test_folders(load):
    (one,) = load(BASE)
    net, sim, ana = one.network_hash, one.simulation_hash, one.analysis_hash
    assert one.analysis_folder.as_posix() == f"{net}/{sim}/{ana}"
    assert one.analysis_folder.parent == one.simulation_folder
    assert one.simulation_folder.parent == one.network_folder
    assert (
        one.full_scale_hash
        == load("net_params = {'connection_params': {'g': -4.0, 'PSP_e': 0.15}}")[0].network_hash
    )


def test_paths(tmp_path, checkout, monkeypatch):
    assert project_root() == checkout == resolve("")
    assert (
        relative(checkout / "experiments/a.py")
        == "experiments/a.py"
        == relative("./experiments/../experiments/a.py")
    )
    assert relative(tmp_path / "a.csv") == (tmp_path / "a.csv").as_posix()
    assert relative("../a.csv") == "../a.csv"
    assert exists("Snakefile", "file") and not exists("Snakefile", "dir") and exists("src", "dir")
    assert not exists("x" * 5000) and not exists("a\0b") and not exists("Snakefile/x", "file")
    (tmp_path / "experimental_data").mkdir()
    (tmp_path / "Snakefile").touch()
    (tmp_path / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep/er")
    assert project_root() == tmp_path and relative(tmp_path / "deep") == "deep"
    monkeypatch.chdir("/")
    assert project_root() == checkout
