"""From validated parameters to a network, in one straight line."""

from __future__ import annotations

from pathlib import Path

from multiarea.build.modes import apply_modes, stimulate
from multiarea.build.rates import full_scale_rates, source_rates
from multiarea.build.scaling import downscale
from multiarea.models import get_model
from multiarea.network.network import Network
from multiarea.parameters import NetworkParameters


def build_network(
    model: str,
    parameters: NetworkParameters,
    rates_path: Path | None = None,
    source_rates_path: Path | None = None,
) -> Network:
    """Build a model's network: whole, in its simulation mode, with stimuli, scaled down.

    Projections are replaced and areas left out at full scale, so that down-scaling treats the
    input that stands for them like any other and keeps its mean and variance.

    Parameters
    ----------
    model : str
        Name of the model.
    parameters : NetworkParameters
        The model's network parameters.
    rates_path : Path, optional
        Table of the full-scale network's rates: `rates.full_scale_rates`.
    source_rates_path : Path, optional
        Rates of the projections that are replaced: `rates.source_rates`.

    Raises
    ------
    InputError
        If a data file or the table of rates is absent or wrong.
    """
    network = get_model(model).build_network(parameters)
    rates = source_rates(network, parameters, source_rates_path)
    network = apply_modes(network, parameters, rates)
    network = stimulate(network, parameters)
    rates = full_scale_rates(network, parameters, rates_path)
    return downscale(network, parameters, rates)
