"""The one function that turns parameters into a hash."""

from __future__ import annotations

import json
from typing import Any

from dicthash.dicthash import generate_hash_from_dict


def canonical_json(content: Any) -> str:
    """Return one text for equal content: sorted keys, floats that are whole as floats."""
    return json.dumps(_normal(content), sort_keys=True, ensure_ascii=True, allow_nan=False)


def parameter_hash(content: Any) -> str:
    """Return the hash of parameters, 32 hexadecimal digits.

    dicthash 0.0.2 collides on nested input ({'a': [1, 23]} and {'a': [12, 3]} are one to it), so
    it is given the canonical JSON text.
    """
    return generate_hash_from_dict({"canonical": canonical_json(content)})


def _normal(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _normal(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_normal(value) for value in content]
    if isinstance(content, int) and not isinstance(content, bool):
        return content
    return content
