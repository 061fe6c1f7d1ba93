"""multiarea: reproducible, large-scale spiking models of cortex."""

__version__ = "0.1.0"
