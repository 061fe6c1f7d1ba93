"""`net_params` of the macaque model (Schmidt et al. 2018a, b).

Names and defaults are those of the published code; its defaults are the metastable state.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from multiarea.models._common import ExternalDrive, LifNetworkParameters, Strength
from multiarea.parameters import (
    Block,
    DelayParameters,
    Fraction,
    NonNegative,
    OwnTables,
    PathText,
    Positive,
    WeightDistribution,
    p,
)


class Connectome(Block):
    """From the tables to synapse numbers."""

    as_published: bool = p(
        True, "", "reproduce the quirks of the published code; see docs/deviations_macaque.md"
    )
    ss4_dendrites: Literal["as_published", "layer_IV"] = p(
        "as_published",
        "",
        "layer of the dendrites of the cell type ss4(L2/3); as published that of its axons, II/III",
    )
    SLN_fit: Literal["published", "scipy"] = p(
        "published", "", "coefficients of the SLN fit: those of the R package aod, or fitted here"
    )
    FLN_intrinsic: Fraction = p(0.79, "1", "share of synapses that come from the area itself")
    FLN_subcortical: Fraction = p(0.013, "1", "share of synapses of subcortical origin")
    Z_i: Fraction = p(0.93, "1", "share of feedback synapses that target excitatory neurons")
    av_indegree_V1: Positive = p(3950.0, "1", "synapses per neuron of V1: sets the synapse density")

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        if self.FLN_intrinsic + self.FLN_subcortical > 1:
            raise ValueError("FLN_intrinsic and FLN_subcortical must not exceed 1 together")
        return self


class Connections(Strength):
    """Strength of synapses, and corrections of in-degrees."""

    g: float = p(-11.0, "1", "inhibitory weight / excitatory weight", le=0)
    weight_distribution: WeightDistribution = p(
        "normal_redrawn",
        "",
        "weights: normal, of the other sign set to 0 or drawn again; or lognormal",
    )
    cc_weights_factor: NonNegative = p(1.9, "1", "chi: factor on weights between areas")
    cc_weights_I_factor: NonNegative = p(2.0, "1", "chi_I: further factor if the target is I")
    fac_nu_ext_5E: NonNegative = p(1.125, "1", "kappa: factor on the external in-degree of 5E")
    fac_nu_ext_6E: NonNegative = p(
        1.41666667, "1", "factor on the external in-degree of 6E; in the articles 10/3 kappa - 7/3"
    )
    fac_nu_ext_TH: NonNegative = p(1.2, "1", "factor on the external in-degree of 2/3E, 5E in TH")
    K_stable_path: PathText | None = p(
        "experimental_data/macaque/schuecker2017/indegree.csv",
        "",
        "in-degrees that replace those from the tables (.csv, or .npy as published); None: those "
        "of the base network",
    )


class MacaqueTables(OwnTables):
    """A user's own tables in the form of those of `experimental_data`."""

    surfaces_path: PathText | None = p(None, "mm2", "surfaces of the areas (.csv)")
    neun_path: PathText | None = p(None, "1/mm3", "neuron densities, NeuN stain (.csv)")
    nissl_path: PathText | None = p(None, "1/mm3", "neuron densities, Nissl stain (.csv)")
    translation_path: PathText | None = p(
        None, "", "areas of which the samples of neuron density are (.csv)"
    )
    types_path: PathText | None = p(None, "", "architectural types of the areas (.csv)")
    total_thickness_path: PathText | None = p(None, "mm", "thickness of the cortex (.csv)")
    laminar_thickness_path: PathText | None = p(None, "um", "thickness of the layers (.csv)")
    microcircuit_path: PathText | None = p(None, "", "neurons of the microcircuit (.csv)")
    probabilities_path: PathText | None = p(
        None, "", "connection probabilities of the microcircuit (.csv)"
    )
    cocomac_path: PathText | None = p(None, "", "connections with their laminar patterns (.csv)")
    distances_path: PathText | None = p(None, "mm", "distances between the areas (.csv)")
    tracing_path: PathText | None = p(
        None, "", "fractions of labelled neurons by injection and source (.csv)"
    )
    injections_path: PathText | None = p(None, "", "where tracer was injected (.csv)")
    laminar_tracing_path: PathText | None = p(
        None, "", "labelled neurons above and below layer IV (.csv)"
    )
    overlap_path: PathText | None = p(
        None, "", "overlap of the areas of the tracing with those of the model (.csv)"
    )
    cell_types_path: PathText | None = p(None, "", "synapses on the dendrites of cell types (.csv)")


class MacaqueDelays(DelayParameters):
    """Delays of local and of inter-area connections."""

    distribution: Literal["lognormal_clipped", "normal_clipped", "normal_redrawn"] = p(
        "normal_redrawn", "", "distribution; below the resolution: clipped, or drawn again"
    )


class MacaqueDrive(ExternalDrive):
    """The drive from outside the network."""

    rate_ext: NonNegative = p(10.0, "spikes/s", "rate of each external synapse")
    delay_ext: Positive = p(1.0, "ms", "delay of the external input")


class MacaqueNetworkParameters(LifNetworkParameters):
    """Everything that decides the network of the macaque model."""

    OPTIONAL: ClassVar[frozenset[str]] = LifNetworkParameters.OPTIONAL | {"own_tables"}
    LASTING: ClassVar[frozenset[str]] = LifNetworkParameters.LASTING | {"own_tables"}
    OPTIONAL_INNER: ClassVar[frozenset[tuple[str, str]]] = frozenset(
        {("connection_params", "weight_distribution")}
    )

    connectome_params: Connectome = Connectome()
    connection_params: Connections = Connections()
    delay_params: MacaqueDelays = MacaqueDelays()
    input_params: MacaqueDrive = MacaqueDrive()
    own_tables: MacaqueTables | None = p(None, "", "tables instead of those of the model")

    @model_validator(mode="after")
    def _check_indegrees(self) -> Self:
        stated = "K_stable_path" in self.connection_params.model_fields_set
        if self.own_paths and not stated:
            raise ValueError(
                "own_tables: the in-degrees of connection_params.K_stable_path would replace those "
                "that follow from these tables; expected K_stable_path with None, or with the file "
                "whose in-degrees shall be used all the same"
            )
        return self
