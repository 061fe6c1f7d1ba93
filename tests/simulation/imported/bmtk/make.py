"""Write the files of this folder with BMTK's own writer (README.md)."""

from pathlib import Path

from bmtk.utils.reports.spike_trains import SpikeTrains

SPIKES = {
    "cortex_V_E": [(0, 3.1), (0, 120.7), (7, 64.2), (2, 64.2)],
    "cortex_V_I": [(1, 5.0), (1, 99.9)],
}


def main():
    """Write one file whose node populations are those of the model, and one that has its own."""
    for name, is_joined in (("named_populations.h5", False), ("one_population.h5", True)):
        trains = SpikeTrains(adaptor=None)
        for population, spikes in SPIKES.items():
            for node, time in spikes:
                first = 100 if is_joined and population.endswith("I") else 0
                group = "v1" if is_joined else population
                trains.add_spike(node_id=node + first, timestamp=time, population=group)
        trains.to_sonata(str(Path(__file__).with_name(name)))


if __name__ == "__main__":
    main()
