"""What threads of compiled code share: a counter, a lock, a barrier.

Each is an element of an int64 array that is read and written atomically.
"""

from __future__ import annotations

from llvmlite import ir
from numba import int32, int64, njit, types, uint64, void
from numba.core import cgutils
from numba.extending import intrinsic

_SPINS = 2000
"""Number of checks of a barrier before the core is offered to other processes."""

_sched_yield = types.ExternalFunction("sched_yield", int32())


def _pointer(context, builder, signature, args):
    array_type = signature.args[0]
    array = context.make_array(array_type)(context, builder, args[0])
    return cgutils.get_item_pointer(
        context, builder, array_type, array, [args[1]], wraparound=False, boundscheck=False
    )


@intrinsic
def fetch_add(typingctx, array, index, value):
    """Add `value` to `array[index]`; return the previous value (`typingctx`: Numba's)."""
    signature = int64(array, int64, int64)

    def generate(context, builder, signature, args):
        pointer = _pointer(context, builder, signature, args)
        return builder.atomic_rmw("add", pointer, args[2], "seq_cst")

    return signature, generate


@intrinsic
def exchange(typingctx, array, index, value):
    """Set `array[index]` to `value`; return the previous value (`typingctx`: Numba's)."""
    signature = int64(array, int64, int64)

    def generate(context, builder, signature, args):
        pointer = _pointer(context, builder, signature, args)
        return builder.atomic_rmw("xchg", pointer, args[2], "seq_cst")

    return signature, generate


@intrinsic
def load(typingctx, array, index):
    """Return `array[index]` as the other threads left it (`typingctx`: Numba's)."""
    signature = int64(array, int64)

    def generate(context, builder, signature, args):
        pointer = _pointer(context, builder, signature, args)
        return builder.load_atomic(pointer, "seq_cst", 8, typ=ir.IntType(64))

    return signature, generate


@intrinsic
def borrowed(typingctx, arrays):
    """Return a named tuple of `arrays` without their owner, whose users threads need not count.

    The caller keeps the arrays alive (`typingctx`: Numba's).
    """
    signature = arrays(arrays)

    def generate(context, builder, signature, args):
        parts = []
        for k, kind in enumerate(signature.return_type.types):
            value = builder.extract_value(args[0], k)
            mine = context.make_array(kind)(context, builder, value)
            mine.meminfo = mine.meminfo.type(None)
            mine.parent = mine.parent.type(None)
            parts.append(mine._getvalue())
        return context.make_tuple(builder, signature.return_type, parts)

    return signature, generate


@intrinsic
def prefetch(typingctx, array, index):
    """Prefetch `array[index]`, which will be read or written soon (`typingctx`: Numba's)."""
    signature = void(array, uint64)

    def generate(context, builder, signature, args):
        pointer = _pointer(context, builder, signature, args)
        pointer = builder.bitcast(pointer, ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [pointer.type] + [ir.IntType(32)] * 3)
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [pointer, *(ir.Constant(ir.IntType(32), n) for n in (1, 3, 1))])
        return context.get_dummy_value()

    return signature, generate


@njit(nogil=True)
def wait_for(array, index, value):
    """Wait until `array[index]` is no longer `value`."""
    spins = 0
    while load(array, index) == value:
        spins += 1
        if spins > _SPINS:
            _sched_yield()
            spins = 0


@njit(nogil=True)
def lock(array, index):
    """Wait for the lock `array[index]` (0: free) and take it."""
    while exchange(array, index, 1) != 0:
        wait_for(array, index, 1)


@njit(nogil=True)
def unlock(array, index):
    """Release the lock `array[index]`."""
    exchange(array, index, 0)
