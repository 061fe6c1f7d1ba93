"""`config.yaml`."""

import pytest

from multiarea.errors import InputError
from multiarea.experiment.config import load_config, read_yaml
from multiarea.parameters.config import Config


def message(content):
    with pytest.raises(InputError) as caught:
        load_config(content)
    return str(caught.value)


def test_the_shipped_file(checkout):
    config = load_config()
    assert config.experiments == ("experiments/downscaled_base.py",)
    assert (config.out, config.figures, config.virtual_processes) == ("out", ("all",), 2)
    assert config == load_config(read_yaml(checkout / "config.yaml"))
    assert config.experimental_data == Config().experimental_data


def test_changes_of_one_call():
    """`snakemake --config` gives numbers and lists, or one text."""
    config = load_config(
        {"experiments": "a.py", "virtual_processes": 4, "figures": ["rate_boxplot"]}
    )
    assert config.experiments == ("a.py",) and config.figures == ("rate_boxplot",)
    assert config.virtual_processes == 4
    assert load_config({}).experiments == () == load_config({"experiments": None}).experiments


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"experiment": []}, "config.yaml: experiment: unknown key. Did you mean 'experiments'?"),
        ({"experiments": [1]}, "config.yaml: experiments[0]: expected a text, got 1 (int)"),
        (
            {"experiments": {"a": 1}},
            "config.yaml: experiments: expected a list, got {'a': 1} (dict)",
        ),
        ({"virtual_processes": 0}, "config.yaml: virtual_processes: expected a value > 0, got 0"),
        (
            {"virtual_processes": "2"},
            "config.yaml: virtual_processes: expected an integer, got '2'",
        ),
        ({"figures": ["raster"]}, "config.yaml: figures: unknown figure 'raster'."),
        ({"experimental_data": {"fmri": "x"}}, "config.yaml: experimental_data.fmri: unknown key."),
        (
            {"t_sim": 1000},
            "config.yaml: t_sim: unknown key. It belongs in sim_params of an experiment file.",
        ),
        ({1: 2}, "config.yaml: [1]: expected a text as key"),
    ],
)
def test_wrong_content(content, expected):
    assert message(content).startswith(expected)


@pytest.mark.parametrize("out", ["", " ", "a\nb", "a\0b", "{net}", "<out>", "a'b", 'a"b', "`x`"])
def test_folders_that_could_do_harm(out):
    assert message({"out": out}).startswith("config.yaml: out: expected the path of a folder")


@pytest.mark.parametrize("out", ["results", "/data/my results", "../out", "äußeres", "$HOME/x"])
def test_other_folders(out):
    assert load_config({"out": out}).out == out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"- a\n",
        b"just text",
        b"a: [1",
        b"a: b: c",
        b"\xff\xfe\x00",
        b"a: \x00",
        b"!!python/object/apply:os.system ['touch /tmp/never']",
        b"a: 2020-13-45",
        b"[" * 20000,
    ],
)
def test_files_that_are_no_configuration(tmp_path, content):
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_yaml(path)
    assert str(caught.value).startswith(str(path)) and len(str(caught.value).splitlines()) == 1


def test_data_that_contain_themselves(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("experiments: &a [*a]\n")
    with pytest.raises(InputError, match="line 1: expected no anchors and aliases"):
        read_yaml(path)


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="config.yaml: no such file"):
        read_yaml(tmp_path / "config.yaml")


def test_humams_configuration_is_read_and_what_has_no_effect_is_named():
    content = {"BASE_PATH": "/home/me/humam", "INFOMAP_PATH": "/opt/infomap", "MPIRUN": "srun"}
    content |= {"MPI_MODULES": "module load Stages/2025 GCC", "NEST_PATH": "/path/to/installation"}
    with pytest.warns(UserWarning, match="config.yaml: (BASE|INFOMAP)_PATH has no effect") as told:
        config = load_config(content)
    assert len(told) == 2
    assert (config.MPIRUN, config.MPI_MODULES) == ("srun", ("module load Stages/2025 GCC",))
