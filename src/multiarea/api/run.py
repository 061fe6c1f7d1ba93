"""The results of one experiment; what is missing is made by the stages of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from multiarea.analysis import measures
from multiarea.api.experiments import load_experiment
from multiarea.experiment.config import check_folder, load_config
from multiarea.experiment.experiment import Experiment, network_hash, network_spec, simulation_spec
from multiarea.experiment.links import link_results
from multiarea.experiment.results import RECORDS, measure_parameters, results
from multiarea.figures import figures
from multiarea.files.project import resolve
from multiarea.machine import usable_cores
from multiarea.parameters import NetworkParameters
from multiarea.stages.analyse import analyse_stage
from multiarea.stages.import_spikes import import_stage
from multiarea.stages.inputs import Inputs, flat
from multiarea.stages.network import network_stage
from multiarea.stages.plot import plot_stage
from multiarea.stages.simulate import simulate_stage
from multiarea.stages.theory import theory_stage
from multiarea.workflow.selection import Selection
from multiarea.workflow.sources import is_made_from

if TYPE_CHECKING:
    import pandas as pd

    from multiarea.analysis.results import Arrays
    from multiarea.network.network import Network
    from multiarea.spikes.store import Spikes


class Run:
    """The results of an experiment, in the same files that the pipeline makes and finds.

    A result that exists and was made from the present inputs is read; any other is made. Links in
    `by-name/<name of the experiment>` lead to their folders.

    Parameters
    ----------
    experiment : Experiment, str or Path
        An experiment, or what `load_experiment` takes.
    out : str or Path, optional
        Folder of the results, by default that of config.yaml, or `out` in the current folder.
    threads : int, optional
        Of the procedural simulator, by default all cores; no result depends on it.
    """

    def __init__(
        self,
        experiment: Experiment | str | Path,
        out: str | Path | None = None,
        threads: int | None = None,
    ) -> None:
        is_one = isinstance(experiment, Experiment)
        self.experiment: Experiment = experiment if is_one else load_experiment(experiment)
        config = load_config()
        self.out = resolve(config.out) if out is None else Path(out).absolute()
        check_folder(self.out, "out")
        self._selection = Selection(
            config.model_copy(update={"experiments": (), "out": str(self.out)})
        )
        self._options = {
            "threads": threads or usable_cores(),
            "checkpoint_interval": 60 * config.checkpoint_interval,
            "device": config.device,
        }
        self._made: set[Path] = set()

    def network(self) -> Network:
        """Return the network: `populations` (a table), and matrices such as `synapses`."""
        return self._read("network")

    def theory(self) -> pd.DataFrame:
        """Return area, layer, population and the rate [spikes/s] at each fixed point found.

        Raises InputError if there is none.
        """
        return self._read("theory")

    def spikes(self) -> Spikes:
        """Return the spikes, simulated where they do not exist; a context manager.

        Raises InputError if the simulator is not installed or refuses the network.
        """
        return self._read("spikes")

    def measure(self, name: str) -> pd.DataFrame | Arrays:
        """Return the measure `name`, as a table or as arrays with units.

        Raises InputError if there is no such measure, or it cannot be made for this experiment.
        """
        self._selection.require(self.experiment, "measure", name)
        return self._read(name)

    def plot(self, name: str) -> Path:
        """Draw the figure `name` and return the path of its .png; other formats are beside it.

        Raises InputError if there is no such figure, or it cannot be drawn for this experiment.
        """
        self._selection.require(self.experiment, "figure", name)
        figure, needs = figures()[name], self._selection.needs_of
        folder = self.out / self.experiment.analysis_folder / "plots"
        formats = ("png", "pdf", *figure.formats, "md")
        outputs = [folder / f"{name}.{kind}" for kind in formats]
        outputs.append(folder / f"records/{name}.json")
        with threadpool_limits(1, "blas"):
            inputs = self._inputs(needs(self.experiment, figure))
            spec = self._selection.plot_spec(self.experiment, figure)
            plot_stage(name, spec, inputs, outputs, [self.experiment.name])
        link_results([self.experiment], self.out)
        return outputs[0]

    @property
    def measures(self) -> list[str]:
        """Names of the measures of this experiment."""
        return [measure.name for measure in self._selection.measures_of(self.experiment)]

    @property
    def figures(self) -> list[str]:
        """Names of the figures of this experiment."""
        return [figure.name for figure in self._selection.figures_of(self.experiment)]

    # ------------------------------------------------------------------------------- internals

    def _read(self, name: str) -> Any:
        with threadpool_limits(1, "blas"):
            path = self._make(name)
            link_results([self.experiment], self.out)
            return results()[name].read(path)

    def _make(self, name: str) -> Path:
        """Return the file of a result; it is made unless it exists.

        Linear algebra rounds by the number of its threads; in the pipeline there is one, too.
        """
        if name in ("network", "stimulated_network"):
            return self._make_network(self.experiment.network)
        if name == "theory":
            return self._make_theory(self.experiment.network)
        if name in ("spikes", "potentials"):
            return self._make_spikes().with_name(results()[name].file)
        inputs = self._inputs(measures()[name].needs)
        outputs = self._outputs(Path(self._selection.file(self.experiment, name)))
        if not self._exists(outputs, inputs):
            analyse_stage(name, measure_parameters(self.experiment, name), inputs, outputs)
        return self._done(outputs)

    def _make_network(self, parameters: NetworkParameters) -> Path:
        for other in self._selection.networks_before(parameters).values():
            self._make_theory(other)
        model, needs = self.experiment.model, self._selection.network_inputs
        inputs = _paths(needs(self.experiment, parameters))
        outputs = self._of_network(parameters, "network")
        if not self._exists(outputs, inputs):
            network_stage(network_spec(model, parameters), inputs, outputs)
        return self._done(outputs)

    def _make_theory(self, parameters: NetworkParameters) -> Path:
        network = self._make_network(parameters)
        outputs = self._of_network(parameters, "theory")
        if not self._exists(outputs, {"network": [network]}):
            theory_stage(network, outputs)
        return self._done(outputs)

    def _make_spikes(self) -> Path:
        network, simulation = self._make("network"), self.experiment.simulation
        file = Path(self._selection.file(self.experiment, "spikes"))
        more = [results()["potentials"].file] if simulation.has_potentials else []
        outputs, spec = self._outputs(file, *more), simulation_spec(simulation)
        inputs = {"network": [network], **_paths(self._selection.imported(self.experiment))}
        if self._exists(outputs, inputs):
            return self._done(outputs)
        if simulation.spikes_from is not None:
            import_stage(spec, inputs, outputs)
        else:
            simulate_stage(network, spec, outputs, simulation.guard, **self._options)
        return self._done(outputs)

    def _inputs(self, needs: tuple[str, ...]) -> Inputs:
        """Return the files of inputs of a measure or figure; results among them are made."""
        for need in needs:
            if need in results():
                self._make(need)
        return _paths(self._selection.needs(self.experiment, needs))

    def _of_network(self, parameters: NetworkParameters, name: str) -> list[Path]:
        folder = self.out / network_hash(self.experiment.model, parameters)
        return self._outputs(folder / results()[name].file)

    @staticmethod
    def _outputs(file: Path, *more: str) -> list[Path]:
        return [file, *(file.with_name(name) for name in (*more, *RECORDS))]

    def _exists(self, outputs: list[Path], inputs: Inputs) -> bool:
        """Return whether all outputs exist, and are made from the inputs as they are now."""
        if outputs[0] in self._made:
            return True
        present = all(path.is_file() for path in outputs)
        return present and is_made_from(outputs[0].parent, map(str, flat(inputs)))

    def _done(self, outputs: list[Path]) -> Path:
        self._made.add(outputs[0])
        return outputs[0]


def _paths(inputs: Mapping[str, Any]) -> Inputs:
    """Return inputs as lists of paths that do not depend on the current folder."""
    lists = {name: [one] if isinstance(one, str) else one for name, one in inputs.items()}
    return {name: [resolve(path) for path in paths] for name, paths in lists.items()}
