"""The graphics processor: whether there is one, and its memory."""

from __future__ import annotations

from importlib.util import find_spec

from multiarea.errors import InputError, one_line

HOW = "Choose device: cpu in config.yaml (simulate: --device cpu); the spikes are the same."


def require() -> None:
    """Raise InputError if there is no numba-cuda, or no card that it can use."""
    if find_spec("numba_cuda") is None:
        raise InputError(
            "device: gpu needs the package numba-cuda: pip install 'multiarea[gpu]' (in a "
            f"checkout: pip install '.[gpu]'). {HOW}"
        )
    from numba import cuda

    try:
        cuda.current_context()
    except Exception as error:  # whatever driver and libraries say
        reason = one_line(" ".join(str(error).split()), 160)
        raise InputError(f"device: gpu: no NVIDIA card can be used ({reason}). {HOW}") from None


def name() -> str:
    """Return the name of the card."""
    from numba import cuda

    found = getattr(cuda.get_current_device(), "name", "simulated device")
    return found.decode() if isinstance(found, bytes) else str(found)


def free_memory() -> float:
    """Return the memory of the card that is free [bytes]."""
    from numba import cuda

    return float(cuda.current_context().get_memory_info()[0])
