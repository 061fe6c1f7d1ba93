"""What the network parameters of every model have: down-scaling and simulation modes."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from multiarea.parameters.blocks import AreaNames, Block, NonNegative, PathText, Positive, p
from multiarea.parameters.neurons import LIF, NeuronParameters
from multiarea.parameters.perturbations import Lesions, NeuronType, Stimulus


def _stimulus_table(value: Any) -> Any:
    """Turn {(area, layer, population): amplitude, or (amplitude, start, stop)} into rows."""
    if isinstance(value, list | tuple):
        return tuple(tuple(entry) if isinstance(entry, list) else entry for entry in value)
    if value is None or value is False:
        return ()
    if not isinstance(value, dict):
        raise ValueError(
            "expected a dictionary {(area, layer, population): current [pA]}, such as "
            f"{{('V1', 'IV', 'E'): 50.0}}, got {value!r} ({type(value).__name__})"
        )
    rows = []
    for key, given in sorted(value.items(), key=str):
        if not isinstance(key, tuple) or [type(part) for part in key] != [str, str, str]:
            raise ValueError(f"keys must be (area, layer, population), not {key!r}")
        parts = tuple(given) if isinstance(given, list | tuple) else (given,)
        if not 1 <= len(parts) <= 3:
            raise ValueError(f"{key}: expected an amplitude, or (amplitude, start, stop)")
        rows.append((*key, *parts, *(0.0, None)[len(parts) - 1 :]))
    return tuple(rows)


StimulusTable = Annotated[
    tuple[tuple[str, str, str, float, NonNegative, Positive | None], ...],
    Field(strict=False),
    BeforeValidator(_stimulus_table),
]
"""area, layer, population, amplitude [pA], start and stop [ms]."""

ReplacementMode = Literal["hom_poisson_stat", "het_poisson_stat", "het_current_nonstat", "nothing"]
NEEDS_RATES = ("het_poisson_stat", "het_current_nonstat")
"""Modes that need the rates of the sources."""


def is_path(key: str) -> bool:
    """Return whether a key of the network parameters names a file or folder."""
    return key.endswith("_path") or key in ("fullscale_rates", "replace_cc_input_source")


class OwnTables(Block):
    """Paths of a user's own tables; None stands for what comes with the software."""

    @property
    def paths(self) -> dict[str, str]:
        """The path of each table that is given, by key."""
        return {key: path for key, path in self.model_dump().items() if path is not None}


class NetworkParameters(Block):
    """What the network parameters of every model have: down-scaling and simulation modes."""

    OPTIONAL: ClassVar[frozenset[str]] = frozenset(
        {"areas_simulated", "replace_non_simulated_areas", "replace_cc", "neuron_types"}
        | {"replace_cc_input_source", "dc_stimulus", "lesions", "stimulation"}
    )
    """Keys that belong to the identity only where they are used."""
    LASTING: ClassVar[frozenset[str]] = frozenset({"lesions", "neuron_types"})
    """Those of them that the whole network has, too."""

    OPTIONAL_INNER: ClassVar[frozenset[tuple[str, str]]] = frozenset()
    """(block, key): the same for keys in blocks."""

    N_scaling: float = p(1.0, "1", "factor on population sizes", gt=0, le=1)
    K_scaling: float = p(1.0, "1", "factor on in-degrees", gt=0, le=1)
    scaling_type: Literal["linear", "sqrt"] = p(
        "linear", "", "weights / K_scaling, or weights / sqrt(K_scaling) and a constant current"
    )
    fullscale_rates: PathText | None = p(
        None,
        "",
        "rates of the full-scale network (.csv, or .json of the published macaque code); None: the "
        "workflow computes them",
    )
    areas_simulated: AreaNames = p((), "", "areas of the network that is simulated; (): all")
    replace_non_simulated_areas: ReplacementMode | None = p(
        None, "", "what replaces the projections from the other areas"
    )
    replace_cc: Annotated[
        ReplacementMode | None, BeforeValidator(lambda v: None if v is False else v)
    ] = p(None, "", "what replaces the projections between simulated areas; None: themselves")
    replace_cc_input_source: PathText | None = p(
        None,
        "",
        "rates of the projections that are replaced (.csv, .json), or rates as functions of time "
        "(.h5, .csv, .npy); None: the mean-field rates of the whole network",
    )
    dc_stimulus: StimulusTable = p(
        (), "pA", "{(area, layer, population): current, or (current, start, stop)}"
    )
    lesions: Lesions | None = p(None, "", "parts that are put out of action; None: none")
    neuron_types: tuple[NeuronType, ...] = Field(
        (), description="neurons that differ from the others, one after the other", strict=False
    )
    stimulation: tuple[Stimulus, ...] = Field(
        (), description="Poisson spikes and currents in pulses", strict=False
    )

    @model_validator(mode="after")
    def _check_stimulus(self) -> Self:
        for *target, _, start, stop in self.dc_stimulus:
            if stop is not None and stop <= start:
                raise ValueError(
                    f"dc_stimulus: {tuple(target)}: stop = {stop} must be later than "
                    f"start = {start}"
                )
        return self

    @property
    def is_scaled(self) -> bool:
        """Whether the network is smaller than the full-scale one."""
        return self.N_scaling < 1 or self.K_scaling < 1

    @property
    def needs_rates(self) -> bool:
        """Whether down-scaling has to know the rates of the full-scale network."""
        return self.scaling_type == "sqrt" and self.K_scaling < 1

    @property
    def modes(self) -> tuple[str, ...]:
        """What replaces projections: those of areas that are not simulated, and the others."""
        chosen = (self.replace_non_simulated_areas, self.replace_cc)
        return tuple(mode for mode in chosen if mode is not None)

    @property
    def needs_source_rates(self) -> bool:
        """Whether replaced projections need the rates of the whole network."""
        return any(mode in NEEDS_RATES for mode in self.modes)

    @property
    def has_theory(self) -> bool:
        """Whether the mean-field theory covers the neurons: LIF neurons, alike in a population."""
        models = {model for model, _ in self.neurons.values()}
        return models <= {LIF} and not any(one.needs_nest for one in self.neuron_types)

    @property
    def neurons(self) -> dict[str, tuple[str, NeuronParameters]]:
        """Neuron models and their parameters, by what their keys end with."""
        return {}

    @property
    def own_paths(self) -> dict[str, str]:
        """The paths of own tables, whose content decides the network, by key of `own_tables`."""
        own: OwnTables | None = getattr(self, "own_tables", None)
        return {} if own is None else own.paths

    @property
    def unused_paths(self) -> frozenset[str]:
        """Keys of the paths, dotted, that own tables leave without effect."""
        return frozenset()

    @property
    def is_stimulated(self) -> bool:
        """Whether there are stimuli in pulses, so that responses to them can be measured."""
        return bool(self.stimulation)

    @property
    def full_scale(self) -> Self:
        """The same parameters at full scale."""
        return self.model_copy(update={"N_scaling": 1.0, "K_scaling": 1.0, "fullscale_rates": None})

    @property
    def whole(self) -> Self:
        """The same parameters at full scale, without stimulus; nothing is replaced."""
        fields = type(self).model_fields
        return self.full_scale.model_copy(
            update={name: fields[name].default for name in self.OPTIONAL - self.LASTING}
        )

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the network's tables: nothing that has no effect on them."""
        fields = type(self).model_fields
        unused = {name for name in self.OPTIONAL if getattr(self, name) == fields[name].default}
        if not self.needs_rates:
            unused.add("fullscale_rates")
        if self.K_scaling == 1:
            unused.add("scaling_type")
        content = self.model_dump(mode="json", exclude=unused)
        for block, key in self.OPTIONAL_INNER:
            if content[block][key] == type(getattr(self, block)).model_fields[key].default:
                del content[block][key]
        return content


def scale_words(N_scaling: float, K_scaling: float) -> str:
    """Return the shares of the neurons, `N_scaling`, and of the in-degrees, `K_scaling`, in words.

    These are the same in lists, pictures and captions: "full scale" or "N × 0.006, K × 0.08".
    """
    full = N_scaling == K_scaling == 1
    return "full scale" if full else f"N × {N_scaling:g}, K × {K_scaling:g}"
