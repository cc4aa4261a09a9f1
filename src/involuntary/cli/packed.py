"""Results as bytes and back: what a detector found, kept for a run that was interrupted.

Nothing but this package's own frozen values, arrays, and plain numbers and texts comes back: bytes from a file name no
code to run, as a pickle could.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import msgspec
import numpy as np

__all__ = ["packed", "unpacked"]

_PACKAGE = "involuntary."


def packed(value: object) -> bytes:
    """Write a value.

    Raises
    ------
    TypeError
        If it is, or holds, anything but values of this package, arrays, numbers, texts and their collections.
    """
    return msgspec.msgpack.encode(_plain(value))


def unpacked(data: bytes) -> Any:
    """Read what `packed` wrote.

    Raises
    ------
    ValueError
        If that is not what it is.
    """
    try:
        return _value(msgspec.msgpack.decode(data))
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError, ImportError) as error:
        raise ValueError(f"no packed value: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufcU":
        return ["array", value.dtype.str, list(value.shape), np.ascontiguousarray(value).tobytes()]
    if isinstance(value, np.generic):
        return ["scalar", _plain(np.asarray(value))]
    if isinstance(value, Enum):
        return ["enum", _name(type(value)), value.value]
    if is_dataclass(value) and not isinstance(value, type):
        return ["value", _name(type(value)), [_plain(getattr(value, f.name)) for f in fields(value) if f.init]]
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    if isinstance(value, tuple | list):
        return [type(value).__name__ if type(value) in (tuple, list) else _name(type(value)), [*map(_plain, value)]]
    if isinstance(value, Mapping):
        return ["mapping", [[_plain(key), _plain(item)] for key, item in value.items()]]
    raise TypeError(f"{type(value).__name__} is no result")


def _name(kind: type) -> str:
    if not kind.__module__.startswith(_PACKAGE):
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} is no result")
    return f"{kind.__module__}:{kind.__qualname__}"


def _kind(name: str) -> Any:
    module, _, qualified = name.partition(":")
    kind = getattr(importlib.import_module(module), qualified) if module.startswith(_PACKAGE) else None
    if not (isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum))):
        raise TypeError(f"{name} is no result")
    return kind


def _array(dtype: str, shape: list[int], data: bytes) -> Any:
    kind = np.dtype(dtype)
    if kind.kind not in "biufcU":
        raise TypeError(f"{dtype} is no number")
    return np.frombuffer(data, dtype=kind).reshape(shape).copy()


def _made(name: str, parts: list[Any]) -> Any:
    kind = _kind(name)
    names = [f.name for f in fields(kind) if f.init]
    return kind(**dict(zip(names, map(_value, parts), strict=True)))


_READERS: dict[str, Callable[..., Any]] = {
    "array": _array,
    "scalar": lambda part: _value(part)[()],
    "enum": lambda name, part: _kind(name)(part),
    "value": _made,
    "tuple": lambda parts: tuple(map(_value, parts)),
    "list": lambda parts: [*map(_value, parts)],
    "mapping": lambda pairs: {_value(key): _value(item) for key, item in pairs},
}


def _value(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    tag, *parts = plain
    return _READERS[tag](*parts)
