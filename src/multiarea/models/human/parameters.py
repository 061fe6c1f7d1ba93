"""`net_params` of the human model (Pronold et al. 2024), with HuMAM's key names."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from multiarea.parameters import (
    Block,
    DelayParameters,
    Fraction,
    NetworkParameters,
    NeuronBlock,
    NeuronParameters,
    NeuronSpread,
    NonNegative,
    OwnTables,
    PathText,
    Positive,
    WeightDistribution,
    check_neurons,
    p,
    with_neuron_blocks,
)


class Cytoarchitecture(Block):
    """From the cytoarchitectonic tables to neuron numbers."""

    src_path: PathText = p(
        "experimental_data/von_economo_koskinas/layers.csv",
        "",
        "table of neuron densities and thicknesses (.csv, or the original .xls)",
    )
    ei_ratio_path: PathText = p(
        "experimental_data/fraction_EI/lichtman.csv", "", "fraction of excitatory neurons (.csv)"
    )
    source: Literal["VonEconomoKoskinas"] = p("VonEconomoKoskinas", "", "parcellation of the data")
    target: Literal["DesikanKilliany"] = p("DesikanKilliany", "", "parcellation of the model")
    remove_smaller_layerI: bool = p(False, "", "drop layers with fewer neurons than layer I")
    min_neurons_per_layer: int = p(5000, "neurons", "drop layers with fewer", ge=0)


class Connectome(Block):
    """From the connectome to synapse numbers."""

    connectivity: Literal["HcpDesikanKilliany"] = p("HcpDesikanKilliany", "", "connectome")
    con_path: PathText = p(
        "experimental_data/hcp_dti",
        "",
        "folder of streamline counts and fibre lengths (or the original .mat)",
    )
    vol_path: PathText = p(
        "experimental_data/desikan_killiany/volumes.csv", "", "area volumes (.csv or .mat)"
    )
    FLN: float = p(0.86, "1", "fraction of synapses that come from the area itself", gt=0, le=1)
    rho_syn: Positive = p(6.6e8, "1/mm3", "synapse density")
    Z_i: Fraction = p(0.93, "1", "share of feedback synapses that target excitatory neurons")
    SLN_FF: Fraction = p(0.65, "1", "SLN from which a connection is feedforward")
    SLN_FB: Fraction = p(0.35, "1", "SLN below which a connection is feedback")
    lmbda: Positive = p(160.0, "um", "spatial decay of the local connection probability")
    a0: float = p(-0.152, "1", "offset of the SLN fit")
    a1: float = p(-1.534, "1", "slope of the SLN fit")
    geometry: Literal["as_published", "consistent_units"] = p(
        "as_published",
        "",
        "share of local synapses from inside the column: with the published mix of mm and um "
        "(a flat disc, 0.6553), or with consistent units (0.604)",
    )

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.SLN_FB > self.SLN_FF:
            raise ValueError(f"SLN_FB = {self.SLN_FB} must not exceed SLN_FF = {self.SLN_FF}")
        return self


class Anatomy(OwnTables):
    """Tables of another parcellation: docs/how-to/own_anatomy.md."""

    areas_path: PathText | None = p(
        None, "", "areas in their order, with volume_mm3 or surface_mm2 (.csv)"
    )
    streamlines_path: PathText | None = p(
        None, "", "streamlines between the areas, a matrix [target, source] (.csv)"
    )
    lengths_path: PathText | None = p(None, "mm", "lengths of the fibres, a matrix likewise (.csv)")
    layers_path: PathText | None = p(
        None,
        "",
        "layers of the areas, or of those in the mapping: area, layer, neuron_density_per_mm3, "
        "thickness_mm (.csv); None: src_path",
    )
    mapping_path: PathText | None = p(
        None,
        "",
        "what each area is like: area, cytoarchitectonic_area, which is an area or type in the "
        "table of layers (.csv); None: the areas of layers_path, or without it the mapping of the "
        "Desikan-Killiany areas",
    )

    @model_validator(mode="after")
    def _check_complete(self) -> Self:
        needed = ("areas_path", "streamlines_path", "lengths_path")
        if lacking := [key for key in needed if getattr(self, key) is None]:
            raise ValueError(
                f"{', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing; expected "
                f"{', '.join(needed)}, and layers_path or mapping_path or both"
            )
        return self


class Connections(Block):
    """Strength and reliability of synapses."""

    g: float = p(-5.0, "1", "inhibitory weight / excitatory weight", le=0)
    PSP_e: Positive = p(0.1, "mV", "excitatory postsynaptic potential")
    PSP_ext: Positive = p(0.1, "mV", "postsynaptic potential of external synapses")
    PSP_rel: NonNegative = p(0.1, "1", "standard deviation / mean of weights")
    weight_distribution: WeightDistribution = p(
        "normal_clipped",
        "",
        "weights: normal, of the other sign set to 0 or drawn again; or lognormal",
    )
    p_transmit: float = p(1.0, "1", "probability of transmission", gt=0, le=1)


class RecurrentFactors(Block):
    """Factors on recurrent weights."""

    local_scaling4Eto23E: NonNegative = p(2.0, "1", "4E to 2/3E within an area")
    local_scaling5EtoI: NonNegative = p(1.0, "1", "5E to I within an area")
    local_scalingEtoI: NonNegative = p(1.0, "1", "E to I within an area")
    cc_scalingEtoE: NonNegative = p(1.0, "1", "chi: E to E between areas")
    cc_scalingEtoI: NonNegative = p(2.0, "1", "chi_I: E to I between areas")


class ExternalFactors(Block):
    """Factors on external weights."""

    scaling5E: NonNegative = p(1.05, "1", "onto layer V E")
    scaling6E: NonNegative = p(1.15, "1", "onto layer VI E")


class ExternalInput(Block):
    """Strength of the external drive."""

    eta_ext: NonNegative = p(1.1, "1", "mean external input / rheobase")


def _spike_table(value: Any) -> Any:
    """Turn {(area, layer, population): time} into a tuple of (area, layer, population, time)."""
    if isinstance(value, list | tuple):
        return tuple(tuple(entry) if isinstance(entry, list) else entry for entry in value)
    if not isinstance(value, dict):
        return value
    for key in value:
        named = isinstance(key, tuple) and [type(part) for part in key] == [str, str, str]
        if not named:
            raise ValueError(f"keys must be (area, layer, population), not {key!r}")
    return tuple((*key, time) for key, time in sorted(value.items()))


SpikeTable = Annotated[
    tuple[tuple[str, str, str, Positive], ...], Field(strict=False), BeforeValidator(_spike_table)
]

_EXCITATORY = {"E_L": -70.0, "V_th": -45.0, "V_reset": -70.0, "C_m": 220.0, "tau_m": 10.0}
_INHIBITORY = {**_EXCITATORY, "C_m": 100.0}
_SYNAPTIC = {"tau_syn_ex": 2.0, "tau_syn_in": 2.0, "t_ref": 2.0}


class HumanNetworkParameters(NetworkParameters):
    """Everything that decides the network of the human model."""

    OPTIONAL: ClassVar[frozenset[str]] = NetworkParameters.OPTIONAL | {"hemisphere", "own_tables"}
    LASTING: ClassVar[frozenset[str]] = NetworkParameters.LASTING | {"hemisphere", "own_tables"}
    OPTIONAL_INNER: ClassVar[frozenset[tuple[str, str]]] = frozenset(
        {("connection_params", "weight_distribution")}
    )

    surface_area: Positive = p(1.0, "mm2", "cortical surface of each area's column")
    cytoarchitecture_params: Cytoarchitecture = Cytoarchitecture()
    predictive_connectomic_params: Connectome = Connectome()
    neuron_model_E: str = p("iaf_psc_exp", "", "neuron model of excitatory neurons")
    neuron_model_I: str = p("iaf_psc_exp", "", "neuron model of inhibitory neurons")
    neuron_params_E: NeuronBlock = NeuronParameters(**_EXCITATORY, **_SYNAPTIC)
    neuron_params_I: NeuronBlock = NeuronParameters(**_INHIBITORY, **_SYNAPTIC)
    neuron_param_dist_E: NeuronSpread = NeuronSpread()
    neuron_param_dist_I: NeuronSpread = NeuronSpread()
    connection_params: Connections = Connections()
    scaling_factors_recurrent: RecurrentFactors = RecurrentFactors()
    delay_params: DelayParameters = DelayParameters()
    input_params: ExternalInput = ExternalInput()
    scaling_factors_external: ExternalFactors = ExternalFactors()
    hemisphere: Literal["right", "left"] = p("right", "", "hemisphere of the connectome")
    own_tables: Anatomy | None = p(None, "", "tables of another parcellation; None: the 34 areas")
    single_spike: SpikeTable = p((), "ms", "{(area, layer, population): time of an extra spike}")

    @property
    def unused_paths(self) -> frozenset[str]:
        """Keys of the paths, dotted, that own tables leave without effect."""
        if self.own_tables is None:
            return frozenset()
        layers = {"cytoarchitecture_params.src_path"} if self.own_tables.layers_path else set()
        connectome = "predictive_connectomic_params"
        return frozenset({f"{connectome}.con_path", f"{connectome}.vol_path"} | layers)

    @property
    def neurons(self) -> dict[str, tuple[str, NeuronParameters]]:
        """Model and parameters of E and I neurons, by the end of their keys."""
        return {
            "_E": (self.neuron_model_E, self.neuron_params_E),
            "_I": (self.neuron_model_I, self.neuron_params_I),
        }

    @model_validator(mode="before")
    @classmethod
    def _choose_blocks(cls, data: Any) -> Any:
        return with_neuron_blocks(data, ("_E", "_I"))

    @model_validator(mode="after")
    def _check_tables(self) -> Self:
        if self.own_tables is None:
            return self
        for path in ("hemisphere", *sorted(self.unused_paths)):
            *places, key = path.split(".")
            block = getattr(self, places[0]) if places else self
            if getattr(block, key) != type(block).model_fields[key].default:
                raise ValueError(f"{path} has no effect with own_tables, which has tables instead")
        return self

    @model_validator(mode="after")
    def _check_neurons(self) -> Self:
        for kind in "EI":
            model, block = self.neurons[f"_{kind}"]
            try:
                check_neurons(model, block, getattr(self, f"neuron_param_dist_{kind}"))
            except ValueError as error:
                raise ValueError(f"neuron_params_{kind}: {error}") from error
        return self
