"""Colours of all figures."""

from __future__ import annotations

BLUE, ORANGE, GREEN, SKY = "#0072B2", "#D55E00", "#009E73", "#56B4E9"
"""Colours that colour-blind readers can tell apart, too (Okabe & Ito 2008)."""
PURPLE, YELLOW, GREY, BLACK = "#CC79A7", "#E69F00", "#8C8C8C", "#000000"
LIGHT = {BLUE: "#A6CEE3", ORANGE: "#F6BE98"}
BARS = {"facecolor": LIGHT[BLUE], "edgecolor": BLUE}
OTHER_BARS = {"facecolor": LIGHT[ORANGE], "edgecolor": ORANGE}
"""Colours of bars and histograms, and of those that stand out."""
CATEGORIES = (BLUE, YELLOW, GREEN, PURPLE, SKY, ORANGE, "#F0E442", GREY)
EMPTY = "#E6E6E6"
"""Cells of a matrix without a value."""
SEQUENTIAL, DIVERGING, DIVERGING_LAGS = "viridis", "RdBu_r", "PuOr_r"
DECREASE = "Blues_r"
"""Negative values alone, white at 0."""
