import subprocess

import pytest

from multiarea.cluster import Job, launcher
from multiarea.errors import InputError

SRUN = "srun --kill-on-bad-exit=1"


def job(tasks=8, nodes=2, cpus=4):
    return Job(nodes, tasks, cpus)


@pytest.mark.parametrize(
    ("mpirun", "expected"),
    [
        (None, f"{SRUN} -N 2 -n 8 -c 4"),
        ("srun --mpi=pmix", "srun --mpi=pmix --kill-on-bad-exit=1 -N 2 -n 8 -c 4"),
        ("mpirun", "mpirun -n 8"),
        ("/opt/mpi/bin/mpiexec --bind-to none", "/opt/mpi/bin/mpiexec --bind-to none -n 8"),
        ("mpirun -n 8", "mpirun -n 8"),
        ("aprun -n {ntasks} -d {cpus_per_task}", "aprun -n 8 -d 4"),
    ],
)
def test_launcher_of_a_job_with_several_tasks(mpirun, expected):
    assert launcher(mpirun, (), None, job()) == expected


def test_one_task_needs_no_launcher():
    assert launcher("srun", (), None, job(1, 1)) == "env"


@pytest.mark.parametrize(
    ("mpirun", "expected"),
    [
        (None, "env"),
        ("srun", "env"),
        ("mpirun -n 2", "mpirun -n 2"),
        ("srun --ntasks=4", "srun --ntasks=4"),
    ],
)
def test_without_a_cluster_a_launcher_counts_only_if_it_states_its_tasks(mpirun, expected):
    assert launcher(mpirun, (), None, None) == expected


def test_modules_and_an_own_nest_come_first(tmp_path):
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "nest").mkdir(parents=True)
    words = launcher(None, ("GCC", "OpenMPI/4.1 Python"), str(tmp_path), job())
    start, export, command = words.split(" && ")
    assert start == "module load GCC OpenMPI/4.1 Python"
    assert command == f"{SRUN} -N 2 -n 8 -c 4"
    done = subprocess.run(
        [
            "bash",
            "-euc",
            f"unset PYTHONPATH; {export}; echo $PYTHONPATH; {export}; echo $PYTHONPATH",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(packages), f"{packages}:{packages}"]


def test_modules_are_loaded_in_the_shell_of_the_job():
    script = "module() { export LOADED=$*; }\n" + launcher(
        None, ("GCC", "NEST/3.10"), None, job(1, 1)
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script + " sh -c 'echo $LOADED'"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "load GCC NEST/3.10\n"


HUMAM_MODULES = (
    "module load Stages/2022 GCC/11.2.0 ParaStationMPI/5.5.0-1 GCCcore/.11.2.0 git PyYAML/5.4.1"
)


@pytest.mark.parametrize(
    ("modules", "commands"),
    [
        ((), []),
        (("",), []),
        ((HUMAM_MODULES,), [HUMAM_MODULES]),
        (("module purge; module load X",), ["module purge", "module load X"]),
        (("module purge && module load X Y",), ["module purge", "module load X Y"]),
        (("module use /p/software/mine\nml X -Y",), ["module use /p/software/mine", "ml X -Y"]),
        (("module --force purge", "GCC", "MPI"), ["module --force purge", "module load GCC MPI"]),
        (("load GCC/13",), ["module load GCC/13"]),
        (("purge", "GCC"), ["module purge", "module load GCC"]),
        (
            ("GCC", "module load MPI", "git"),
            ["module load GCC", "module load MPI", "module load git"],
        ),
    ],
)
def test_modules_are_names_or_commands_of_module(modules, commands):
    expected = [f"{command} &&" for command in commands]
    assert launcher(None, modules, None, job(1, 1)) == " ".join([*expected, "env"])


def test_modules_have_no_effect_on_a_machine_without_them(monkeypatch, recwarn):
    """HuMAM's configuration on a laptop; a shell function, as `module` is, counts as a command."""
    monkeypatch.setenv("BASH_FUNC_ml%%", "() { true; }")
    assert launcher("srun", ("ml GCC",), None, None) == "ml GCC && env"
    assert not recwarn
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("BASH_FUNC_module%%", raising=False)
    with pytest.warns(UserWarning, match="MPI_MODULES has no effect: .* no command 'module'"):
        assert launcher("srun", (HUMAM_MODULES,), None, None) == "env"


@pytest.mark.parametrize(
    "modules",
    [
        "source /etc/profile; module load X",
        "module load $(hostname)",
        "module",
        "GCC | tee log",
        "module load X; export OMP_NUM_THREADS=4",
        "module load module load X",
    ],
)
def test_other_commands_among_the_modules_are_refused_with_the_right_form(modules):
    with pytest.raises(InputError, match=r"MPI_MODULES: .*Write, for instance, MPI_MODULES: \[GCC"):
        launcher(None, (modules,), None, None)


def test_the_example_of_humams_configuration_stands_for_no_nest():
    with pytest.warns(UserWarning, match="NEST_PATH: /path/to/installation is an example"):
        assert launcher(None, (), "/path/to/installation", None) == "env"


def test_a_folder_of_another_machine_is_told_apart_from_one_without_nest(tmp_path):
    with pytest.raises(InputError, match=r"no such folder on this machine.*NEST_PATH: null"):
        launcher(None, (), str(tmp_path / "nest-simulator" / "3.8"), None)


def test_a_script_of_nest_is_sourced(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "nest_vars.sh").write_text("")
    assert launcher(None, (), str(tmp_path), None) == f"source {tmp_path}/bin/nest_vars.sh && env"


def test_a_wrong_path_or_placeholder_is_told(tmp_path):
    with pytest.raises(InputError, match="NEST_PATH: .*: no NEST in this folder"):
        launcher(None, (), str(tmp_path), job())
    with pytest.raises(InputError, match=r"MPIRUN: .*only the placeholders \{nodes\}"):
        launcher("srun -n {tasks}", (), None, job())
