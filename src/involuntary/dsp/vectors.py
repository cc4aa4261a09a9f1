"""Sixteen numbers at a time, for the compiled kernels: loaded, computed with and stored as one.

What a compiler makes of a loop over an array depends on what it can prove about others; these say what is meant.
A kernel sees the type `Lanes`: ``+``, ``-`` and ``*`` work lane by lane, a product and a sum may be rounded once.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.datamodel import models
from numba.core.datamodel.registry import register_default
from numba.extending import intrinsic, lower_builtin, type_callable
from numpy.typing import NDArray

__all__ = [
    "LINE",
    "WIDTH",
    "aligned",
    "chosen",
    "larger",
    "load",
    "narrow",
    "root",
    "smaller",
    "splat",
    "store",
    "turn",
    "wide",
]

WIDTH = 16
LINE = 64  # bytes that memory is fetched by
_ONCE = ("contract",)
_ELEMENTS = {types.float32: ir.FloatType(), types.float64: ir.DoubleType()}


@njit(cache=True, nogil=True, error_model="numpy")
def aligned(size: int, dtype: Any) -> NDArray[Any]:
    """Give zeros that begin with a line of memory: sixteen numbers that lie across two are fetched twice."""
    room = np.zeros(size + LINE, dtype)
    first = -room.ctypes.data % LINE // room.itemsize
    return room[first : first + size]


class Lanes(types.Type):
    """`WIDTH` numbers of single or double precision."""

    def __init__(self, element: Any) -> None:
        self.element = element
        super().__init__(name=f"Lanes({element})")


@register_default(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, _vector(lanes.element))  # type: ignore[no-untyped-call]


def _for_kernels(typed: Any) -> Any:
    return intrinsic(typed)


def _vector(element: Any) -> Any:
    return ir.VectorType(_ELEMENTS[element], WIDTH)


def _place(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _vector(array_type.dtype).as_pointer())


def _is_line(array: Any) -> bool:
    return isinstance(array, types.Array) and array.ndim == 1 and array.layout == "C" and array.dtype in _ELEMENTS


@_for_kernels
def load(_typing: Any, array: Any, index: Any) -> Any:
    """Give the numbers of a contiguous array from an index on."""
    if not (_is_line(array) and isinstance(index, types.Integer)):
        return None

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], *args)
        return builder.load(place, align=signature.args[0].dtype.bitwidth // 8)

    return Lanes(array.dtype)(array, types.intp), generate


@_for_kernels
def store(_typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write numbers to a contiguous array from an index on."""
    if not (_is_line(array) and isinstance(index, types.Integer) and value == Lanes(array.dtype)):
        return None

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], *args[:2])
        builder.store(args[2], place, align=signature.args[0].dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@_for_kernels
def splat(_typing: Any, number: Any) -> Any:
    """Give one number in every lane."""
    if number not in _ELEMENTS:
        return None

    def generate(_context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = _vector(signature.args[0])
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), args[0], ir.IntType(32)(0))
        return _shuffled(builder, one, one, [0] * WIDTH)

    return Lanes(number)(number), generate


def _shuffled(builder: Any, a: Any, b: Any, places: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), places))


def _converter(source: Any, target: Any, convert: str) -> Any:
    def typed(_typing: Any, value: Any) -> Any:
        if value != Lanes(source):
            return None

        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return getattr(builder, convert)(args[0], _vector(target))

        return Lanes(target)(value), generate

    return typed


wide = _for_kernels(_converter(types.float32, types.float64, "fpext"))
narrow = _for_kernels(_converter(types.float64, types.float32, "fptrunc"))


@_for_kernels
def root(_typing: Any, value: Any) -> Any:
    """Give the square roots."""
    if not isinstance(value, Lanes):
        return None

    def generate(_context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = _vector(signature.args[0].element)
        name = f"llvm.sqrt.v{WIDTH}f{signature.args[0].element.bitwidth}"
        function = builder.module.globals.get(name) or ir.Function(
            builder.module, ir.FunctionType(vector, [vector]), name
        )
        return builder.call(function, args)

    return value(value), generate


def _chooser(sign: str) -> Any:
    def typed(_typing: Any, a: Any, b: Any) -> Any:
        if not isinstance(a, Lanes) or a != b:
            return None

        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.select(builder.fcmp_ordered(sign, *args), *args)

        return a(a, b), generate

    return typed


larger = _for_kernels(_chooser(">"))
smaller = _for_kernels(_chooser("<"))


@_for_kernels
def chosen(_typing: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Give x in the lanes where a is above b, and y in the others."""
    if not isinstance(a, Lanes) or not a == b == x == y:
        return None

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", args[0], args[1]), args[2], args[3])

    return a(a, b, x, y), generate


@_for_kernels
def turn(_typing: Any, source: Any, first: Any, apart: Any, target: Any, start: Any, step: Any) -> Any:
    """Turn a square: read `WIDTH` rows that lie `apart` numbers from each other, write its columns every `step`."""
    if not (_is_line(source) and _is_line(target) and source.dtype == target.dtype):
        return None

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        align = signature.args[0].dtype.bitwidth // 8
        source, first, apart, target, start, step = args
        rows = []
        for k in range(WIDTH):
            index = builder.add(first, builder.mul(apart, ir.IntType(64)(k)))
            rows.append(builder.load(_place(context, builder, signature.args[0], source, index), align=align))
        # Interleaving row k with row k + 8, four times over, is the turn of a square of sixteen.
        half = WIDTH // 2
        low = [i // 2 + WIDTH * (i % 2) for i in range(WIDTH)]
        for _ in range(4):
            rows = [
                _shuffled(builder, rows[k // 2], rows[k // 2 + half], [i + half * (k % 2) for i in low])
                for k in range(WIDTH)
            ]
        for k, row in enumerate(rows):
            index = builder.add(start, builder.mul(step, ir.IntType(64)(k)))
            builder.store(row, _place(context, builder, signature.args[3], target, index), align=align)
        return context.get_dummy_value()

    return types.void(source, types.intp, types.intp, target, types.intp, types.intp), generate


def _operate(operation: Any, build: str) -> None:
    @type_callable(operation)
    def _type(_context: Any) -> Any:
        return lambda a, b: a if isinstance(a, Lanes) and a == b else None

    @lower_builtin(operation, Lanes, Lanes)  # type: ignore[no-untyped-call, untyped-decorator]
    def _lower(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return getattr(builder, build)(*args, flags=_ONCE)


for _operation, _build in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul")):
    _operate(_operation, _build)
