"""From validated parameters to a network."""

from __future__ import annotations

from pathlib import Path

from multiarea.build.lesions import lesion
from multiarea.build.modes import apply_modes
from multiarea.build.neuron_types import with_neuron_types
from multiarea.build.rates import rates_of, source_rates
from multiarea.build.scaling import downscale
from multiarea.build.stimulation import stimulate
from multiarea.files.project import resolve
from multiarea.models import get_model
from multiarea.network.network import Network
from multiarea.parameters import NetworkParameters


def build_network(
    model: str,
    parameters: NetworkParameters,
    rates_path: Path | None = None,
    source_rates_path: Path | None = None,
) -> Network:
    """Build the network of a `model`: whole, lesioned, in its mode, with stimuli, scaled down.

    Projections are replaced and areas left out at full scale, so that down-scaling treats the
    input in their place like any other and keeps its mean and variance.

    Down-scaling takes its rates from the table in `rates_path`, by default `fullscale_rates` of the
    `parameters`; the modes those of replaced projections from the table or series in
    `source_rates_path`, by default `replace_cc_input_source`. Without a file they are the
    mean-field rates of the network at that point.

    Raises InputError if a file is absent or wrong, or the theory finds no rates.
    """
    network = with_neuron_types(get_model(model).build_network(parameters), parameters)
    network = lesion(network, parameters)
    rates = None
    if parameters.needs_source_rates:
        path = source_rates_path or _resolved(parameters.replace_cc_input_source)
        rates = source_rates(network, path)
    network = stimulate(apply_modes(network, parameters, rates), parameters)
    rates = None
    if parameters.needs_rates:
        rates = rates_of(network, rates_path or _resolved(parameters.fullscale_rates))
    return downscale(network, parameters, rates)


def _resolved(path: str | None) -> Path | None:
    return resolve(path) if path else None
