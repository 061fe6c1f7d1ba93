"""Drawing kind: colours and numbers of communities that mean the same in all panels."""

from __future__ import annotations

import pandas as pd

from multiarea.figures.kinds import palette


def colour_of(community: float) -> str:
    """Return the colour of a `community` by its number, from 0."""
    return palette.CATEGORIES[int(community) % len(palette.CATEGORIES)]


def matched(number: pd.Series, other: pd.Series) -> pd.Series:
    """Renumber the communities `number`, by area, like those of `other` that share most areas.

    Those without a partner get numbers that `other` does not have.
    """
    from scipy.optimize import linear_sum_assignment  # slow to import

    shared = pd.crosstab(number, other.reindex(number.index))
    pairs = zip(*linear_sum_assignment(-shared.to_numpy()), strict=True)
    new = {shared.index[i]: shared.columns[k] for i, k in pairs if shared.iat[i, k] > 0}
    free = (n for n in range(len(number) + len(other)) if n not in set(other))
    return number.map({k: new[k] if k in new else next(free) for k in sorted(number.unique())})
