"""A limit that several files of a room go by stands once; two limits have two names."""

import ast
from pathlib import Path

import involuntary.detect._trains.limits as limits


def constants(path):
    """Name and value of each constant, as written."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            several = isinstance(target, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=True) if several else [(target, node.value)]
            yield from ((name.id, ast.unparse(value)) for name, value in pairs if name.id.strip("_").isupper())


def test_no_name_has_two_values():
    seen = {}
    for path in Path(limits.__file__).parent.glob("*.py"):
        for name, value in constants(path):
            seen.setdefault(name, {})[path.name] = value
    assert "LEAST_GAIN" in seen
    assert {name: at for name, at in seen.items() if len(at) > 1 and len(set(at.values())) > 1} == {}


def test_what_is_shared_is_written_nowhere_else():
    own = {name for path in Path(limits.__file__).parent.glob("*.py") for name, _ in constants(path)}
    assert not {f"_{name}" for name in limits.__all__} & own
