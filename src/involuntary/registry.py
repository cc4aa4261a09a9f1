"""One registry for every wing: built-in files and third-party entry points come in through the same door."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from involuntary.errors import UnknownNameError, nearest

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Generic[T]):
    """The plugins of one wing by their id, found when first asked for.

    A built-in plugin is a module of the wing's package with a module-level name `attribute`; a third
    party's is an entry point of the group ``involuntary.<wing>`` that resolves to the same kind of value.

    Parameters
    ----------
    wing : str
        Name of the subpackage, such as ``"phenomena"``.
    attribute : str
        The module-level name that holds a plugin, such as ``"PHENOMENON"``.
    noun : str
        What one plugin is called in messages.
    """

    def __init__(self, wing: str, attribute: str, noun: str) -> None:
        self._wing, self._attribute, self._noun = wing, attribute, noun
        self._found: dict[str, T] | None = None

    def _plugins(self) -> dict[str, T]:
        if self._found is None:
            found = {plugin.id: plugin for plugin in self._discover()}  # type: ignore[attr-defined]
            self._found = dict(sorted(found.items()))
        return self._found

    def _discover(self) -> Iterator[T]:
        package = importlib.import_module(f"involuntary.{self._wing}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith("_") or module.name == "base":
                continue
            plugin = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), self._attribute, None)
            if plugin is not None:
                yield plugin
        for point in entry_points(group=f"involuntary.{self._wing}"):
            yield point.load()

    def __iter__(self) -> Iterator[T]:
        return iter(self._plugins().values())

    def __contains__(self, name: object) -> bool:
        return name in self._plugins()

    def names(self) -> tuple[str, ...]:
        """Give the ids, sorted."""
        return tuple(self._plugins())

    def get(self, name: str) -> T:
        """Give the plugin of that id.

        Raises
        ------
        UnknownNameError
            If there is none; the message names the nearest.
        """
        try:
            return self._plugins()[name]
        except KeyError:
            raise UnknownNameError(
                name,
                f"is no {self._noun}{nearest(name, self.names())}",
                "",
                f"known: {', '.join(self.names())}",
            ) from None
