"""cluster.json: what is accepted, what it means to Snakemake, what is refused and how."""

import json

import pytest

from multiarea.cluster import job_problem, load_cluster
from multiarea.cluster.requests import megabytes, minutes
from multiarea.errors import InputError
from multiarea.parameters import SimulationParameters

PUBLISHED = {
    "__default__": {"account": "jinb33", "partition": "dc-cpu", "nodes": 1, "ntasks": 1},
    "createNetwork": {"time": "00:15:00", "cpus-per-task": 128},
    "simulateNetwork": {
        "nodes": 6,
        "ntasks": 192,
        "ntasks-per-node": 32,
        "cpus-per-task": 4,
        "time": "01:00:00",
        "mem": "480G",
    },
    "analyzeNetwork": {"time": "1-12", "mem": "100G"},
}


HUMAM = {
    "__default__": {
        "job-name": "humam_{rule}",
        "output": "out/log/{wildcards.experiment}_{rule}.o",
        "error": "out/log/{wildcards.experiment}_{rule}.e",
        "cpus-per-task": 1,
        "ntasks": 1,
        "ntasks-per-node": 1,
        "mem": 10,
    },
    "createNetwork": {"time": "00:15:00"},
    "simulateNetwork": {"time": "01:00:00", "ntasks": 192, "cpus-per-task": 4, "mem": 500}
    | {"ntasks-per-node": 32},
    "analyzeNetwork": {"time": "02:00:00", "cpus-per-task": 8, "mem": 60},
}
"""The keys and values of HuMAM's own file, which gives memory in GB."""


@pytest.fixture
def load(tmp_path):
    def load_content(content):
        path = tmp_path / "cluster.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return load_cluster(path)

    return load_content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30", 30),
        ("10:01", 11),
        ("01:30:00", 90),
        ("00:00:01", 1),
        ("1-12", 36 * 60),
        ("2-00:05", 2 * 1440 + 5),
        ("1-00:00:30", 1441),
    ],
)
def test_times_of_slurm_in_minutes(text, expected):
    assert minutes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4G", 4096),
        ("4000", 4000),
        ("500M", 500),
        ("1.5T", 1572864),
        ("512000K", 500),
        ("4gb", 4096),
    ],
)
def test_memory_in_megabytes(text, expected):
    assert megabytes(text) == expected


def test_the_published_shape_is_understood(load):
    jobs = load(PUBLISHED)
    assert jobs["simulate"].resources == {
        "nodes": 6,
        "tasks": 192,
        "cpus_per_task": 4,
        "runtime": 60,
        "mem_mb": 480 * 1024,
        "slurm_account": "jinb33",
        "slurm_partition": "dc-cpu",
        "slurm_extra": "--ntasks-per-node=32",
    }
    assert jobs["simulate"].virtual_processes == 768
    assert jobs["network"].cpus_per_task == 128
    assert jobs["analyse"].runtime == jobs["plot"].runtime == 36 * 60
    assert "runtime" not in jobs["theory"].resources
    assert "slurm_extra" not in jobs["plot"].resources


def test_humams_own_file_is_read_as_it_is(load):
    jobs = load(HUMAM)
    simulate = jobs["simulate"]
    assert (simulate.nodes, simulate.tasks, simulate.tasks_per_node) == (6, 192, 32)
    assert (simulate.virtual_processes, simulate.runtime) == (768, 60)
    assert [jobs[rule].mem_mb // 1024 for rule in ("network", "simulate", "plot")] == [10, 500, 60]


@pytest.mark.parametrize("size", [60, 60.0, "60", "60G", "60 GB", " 60g "])
def test_memory_of_humams_blocks_is_in_gigabytes(load, size):
    assert load({"analyzeNetwork": {"mem": size}})["analyse"].mem_mb == 60 * 1024


def test_too_little_memory_without_a_unit_is_answered_with_the_right_form(load):
    with pytest.raises(InputError, match=r"analyse.mem: .*300M.*got 60 \(MB; for GB write '60G'\)"):
        load({"analyse": {"mem": 60}})


def test_a_rule_of_its_own_name_wins_over_what_an_alias_gives_it(load):
    jobs = load({"analyzeNetwork": {"time": 60}, "plot": {"time": 5}})
    assert (jobs["analyse"].runtime, jobs["plot"].runtime) == (60, 5)


@pytest.mark.parametrize(
    ("simulate", "expected"),
    [
        ({"nodes": 2, "ntasks-per-node": 4}, (2, 8)),
        ({"ntasks": 8, "ntasks-per-node": 4}, (2, 8)),
        ({"nodes": 2, "ntasks": 8}, (2, 8)),
        ({"ntasks": "8"}, (1, 8)),
        ({}, (1, 1)),
    ],
)
def test_nodes_and_tasks_follow_from_each_other(load, simulate, expected):
    job = load({"simulate": simulate})["simulate"]
    assert (job.nodes, job.tasks) == expected


@pytest.mark.parametrize(
    ("default", "simulate", "expected"),
    [
        ({"nodes": 2}, {"ntasks": 8}, (2, 8, None)),
        ({"nodes": 1, "ntasks": 1}, {"nodes": 6, "ntasks-per-node": 32}, (6, 192, 32)),
        ({"ntasks": 1, "ntasks-per-node": 1}, {"nodes": 6, "ntasks": 192}, (6, 192, None)),
        ({"nodes": 2, "ntasks-per-node": 4}, {}, (2, 8, 4)),
    ],
)
def test_what_a_rule_does_not_give_it_takes_from_the_default(load, default, simulate, expected):
    job = load({"__default__": default, "simulate": simulate})["simulate"]
    assert (job.nodes, job.tasks, job.tasks_per_node) == expected


def test_tasks_of_the_default_concern_only_the_simulation(load):
    jobs = load({"__default__": {"nodes": 2, "ntasks": 4}})
    assert (jobs["simulate"].nodes, jobs["simulate"].tasks) == (2, 4)
    assert (jobs["analyse"].nodes, jobs["analyse"].tasks) == (1, 1)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("{", "not readable as JSON"),
        ("[]", "expected a JSON object"),
        ('{"plot": {}, "plot": {}}', "'plot' occurs twice"),
        ({"simulat": {}}, "simulat: unknown rule. Did you mean 'simulate'?"),
        ({"simulate": 3}, "simulate: expected an object"),
        ({"simulate": {"cpu-per-task": 4}}, "unknown key. Did you mean 'cpus-per-task'?"),
        ({"simulate": {"cpus-per-task": 0}}, "simulate.cpus-per-task: expected a value > 0, got 0"),
        ({"simulate": {"cpus-per-task": 1.5}}, "simulate.cpus-per-task: expected an integer"),
        ({"plot": {"time": "soon"}}, "plot.time: expected a time such as '01:30:00'"),
        ({"plot": {"time": "0:00"}}, "plot.time: expected a time above zero"),
        ({"plot": {"mem": "lots"}}, "plot.mem: expected memory per node such as '8G'"),
        ({"plot": {"mem": "100M"}}, "plot.mem: expected at least 300M"),
        ({"plot": {"time": 1.5}}, "plot.time: expected a time such as '01:30:00'"),
        ({"plot": {"mem": ["8G"]}}, "plot.mem: expected memory per node such as '8G'"),
        ({"plot": {"account": "a; rm"}}, "plot.account: expected"),
        ({"analyse": {"ntasks": 2}}, "only simulate runs over MPI"),
        ({"simulate": {}, "simulateNetwork": {}}, "a second block for simulate"),
        (
            {"analyse": {}, "plot": {}, "analyzeNetwork": {}},
            "analyzeNetwork: a second block for analyse and plot",
        ),
        (
            {"simulate": {"nodes": 2, "ntasks": 9, "ntasks-per-node": 4}},
            "ntasks = 9: more than nodes x ntasks-per-node = 2 x 4",
        ),
        ({"simulate": {"nodes": 2, "ntasks": 1}}, "ntasks = 1: fewer than nodes = 2"),
    ],
)
def test_mistakes_are_told_in_one_message(load, content, part):
    with pytest.raises(InputError) as caught:
        load(content)
    assert part in str(caught.value)
    assert "cluster.json: " in str(caught.value)


def test_all_mistakes_are_told_at_once(load):
    with pytest.raises(InputError) as caught:
        load({"plot": {"time": "x", "mem": "y"}, "simulate": {"zeit": 3}})
    assert len(str(caught.value).splitlines()) == 3


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere.json: no such file"):
        load_cluster(tmp_path / "nowhere.json")


def test_virtual_processes_must_be_tasks_times_threads(load):
    job = load(PUBLISHED)["simulate"]

    def problem(virtual_processes):
        simulation = SimulationParameters(virtual_processes=virtual_processes)
        return job_problem(simulation, job, "cluster.json")

    assert problem(768) is None
    assert "2 must be a multiple of ntasks = 192" in problem(2)
    assert "192 x 4 = 768" in problem(2)
    assert "needs cpus-per-task = 2 with ntasks = 192" in problem(384)


def test_shipped_files_are_valid(checkout):
    assert load_cluster(checkout / "cluster.json")["simulate"].virtual_processes == 2
    full = load_cluster(checkout / "experiments" / "full_scale" / "cluster.json")
    assert full["simulate"].virtual_processes == 768
