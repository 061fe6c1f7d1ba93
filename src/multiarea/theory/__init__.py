"""Mean-field theory: stationary rates of LIF populations and their stability."""

from multiarea.theory.stationary import (
    FixedPoint,
    FixedPoints,
    NotConvergedError,
    fixed_points,
    fixed_points_table,
    stationary_rates,
)
from multiarea.theory.transfer import (
    MeanField,
    firing_rates,
    gain_matrix,
    mean_field,
    mean_input,
    working_point,
)

__all__ = [
    "FixedPoint",
    "FixedPoints",
    "MeanField",
    "NotConvergedError",
    "firing_rates",
    "fixed_points",
    "fixed_points_table",
    "gain_matrix",
    "mean_field",
    "mean_input",
    "stationary_rates",
    "working_point",
]
