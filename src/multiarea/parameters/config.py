"""`config.yaml`: which experiments run, which figures are drawn, how NEST is started."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from multiarea.parameters.blocks import Block, Count, Names, PathText, Positive, p

CONFIG_FILE = "config.yaml"
NOT_IN_PATHS = frozenset("{}<>\"'`")
"""Characters that the name of the output folder must not contain."""


class ExperimentalData(Block):
    """A user's own data in place of the tables that come with the product."""

    model: str = p("human", "", "the model that the data are compared with")
    fmri_timeseries: PathText | None = p(
        None, "", "fMRI time series, .npy with the shape (times, regions, subjects)"
    )
    fmri_regions: PathText | None = p(
        None, "", "text file naming the regions of fmri_timeseries, one per line"
    )
    single_units: PathText | None = p(
        None, "", "single units, .csv or .mat with unit, trial, time_ms; or mfc.mat"
    )


class Config(Block):
    """Everything in `config.yaml`; `snakemake --config key=value` changes it for one call."""

    experiments: Names = p((), "", "experiment files, relative to the project")
    out: PathText = p("out", "", "folder of the results")
    figures: Names = p(("all",), "", "figures of each experiment; 'all', or names")
    virtual_processes: Count = p(
        2, "", "MPI tasks x threads of NEST, for experiments that do not say; decides the spikes"
    )
    simulator: Literal["nest", "procedural"] = p(
        "nest", "", "simulator of experiments that do not say; part of a simulation's identity"
    )
    device: Literal["cpu", "gpu"] = p(
        "cpu", "", "what the procedural simulator runs on; the spikes do not depend on it"
    )
    checkpoint_interval: Positive = p(
        10.0, "min", "wall time between two checkpoints of the procedural simulator"
    )
    check_memory: bool = p(
        True, "", "refuse a simulation that needs more memory than there is, before it starts"
    )
    experimental_data: ExperimentalData = ExperimentalData()
    cluster: PathText | None = p(
        None, "", "resources of the jobs, such as cluster.json; set by snakemake_slurm.sh"
    )
    MPIRUN: str | None = p(None, "", "MPI launcher of simulate; None: srun with several tasks")
    MPI_MODULES: Names = p((), "", "modules to load before simulate")
    NEST_PATH: PathText | None = p(
        None, "", "folder of another NEST; None: that of the active environment"
    )

    @field_validator("out")
    @classmethod
    def _check_out(cls, out: str) -> str:
        if not out.isprintable() or out.strip()[:1] in ("", "-", "~") or set(out) & NOT_IN_PATHS:
            raise ValueError(
                f"expected the path of a folder, without quotes, braces and <>, got {out!r}"
            )
        return out
