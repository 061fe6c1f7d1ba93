"""Every parameter once: frozen pydantic models, unit and meaning in each field's description.

This package has what all models share; the network parameters of one model are in its folder
(`models/human/parameters.py`). Key names are those of HuMAM's `net_params`, `sim_params` and
`ana_params`; times in ms.
"""

from multiarea.parameters.analysis import (
    PLOT_ONLY,
    TRANSIENT,
    AnalysisParameters,
    Raster,
    check_blocks,
)
from multiarea.parameters.blocks import (
    Block,
    Count,
    Fraction,
    Names,
    NonNegative,
    PathText,
    Positive,
    WeightDistribution,
    inner_block,
    is_multiple,
    item_block,
    key_paths,
    p,
)
from multiarea.parameters.network import NetworkParameters, OwnTables, is_path, scale_words
from multiarea.parameters.neurons import (
    LEAKS,
    LIF,
    MAT2,
    THRESHOLDS,
    DelayParameters,
    NestNeuron,
    NeuronBlock,
    NeuronParameters,
    NeuronSpread,
    check_neurons,
    neuron_block,
    with_neuron_blocks,
)
from multiarea.parameters.perturbations import ALL, Lesions, NeuronType, Populations, Stimulus
from multiarea.parameters.short_names import ShortName
from multiarea.parameters.simulation import (
    IMPORTED,
    NETWORK_ORDER,
    SimulationParameters,
    SpikesFrom,
)

__all__ = [
    "ALL",
    "AnalysisParameters",
    "Block",
    "Count",
    "DelayParameters",
    "Fraction",
    "IMPORTED",
    "NETWORK_ORDER",
    "LEAKS",
    "LIF",
    "Lesions",
    "MAT2",
    "Names",
    "NestNeuron",
    "NetworkParameters",
    "NeuronBlock",
    "NeuronParameters",
    "NeuronSpread",
    "NeuronType",
    "NonNegative",
    "OwnTables",
    "PLOT_ONLY",
    "PathText",
    "Populations",
    "Positive",
    "Raster",
    "ShortName",
    "SimulationParameters",
    "SpikesFrom",
    "Stimulus",
    "THRESHOLDS",
    "TRANSIENT",
    "WeightDistribution",
    "check_blocks",
    "check_neurons",
    "inner_block",
    "is_multiple",
    "is_path",
    "item_block",
    "key_paths",
    "neuron_block",
    "p",
    "scale_words",
    "with_neuron_blocks",
]
