"""The procedural engine on a graphics processor: the same spikes, by the same functions.

Each slice of time is four kernels, started one after the other without a word from the host:

1. `delivery`: a warp for each spike of the slice before and each unit that it reaches draws the
   synapses, and adds their weights to a ring buffer of integers, a slot for each step;
2. `neurons`: a thread for each neuron takes what is due, draws external spikes, and sets a bit for
   each step in which the neuron fires (a fifth kernel does so for neurons outside the network);
3. `slices`: one block counts the spikes and shares out the next work;
4. `slices`: the spikes are written in the order of the CPU's.

No synapse is stored, and nothing is copied but spikes and recorded potentials. The ring is as long
as memory allows. A spike with longer delays is kept, and its synapses are drawn again each time
the ring has gone round; of these, those are added that are due within the next turn.
"""
