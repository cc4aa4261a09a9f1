"""Who may import whom: read from the code, held by a list."""

import ast
from pathlib import Path

import pytest

import involuntary

ROOT = Path(involuntary.__file__).parent

# A room and the rooms it may import, besides `_version`, `errors` and itself. Wings never import each other.
ALLOWED = {
    "_version": set(),
    "errors": set(),
    "units": set(),
    "registry": set(),
    "parameters": set(),
    "spool": set(),
    "workers": set(),
    "model": {"units", "spool"},
    "norms": {"model"},
    "dsp": set(),
    "detect": {"model", "dsp", "units", "parameters", "spool", "workers"},
    "decompose": {"model", "dsp", "units", "parameters"},
    "phenomena": {"model", "norms", "dsp", "detect", "decompose", "units", "registry", "parameters"},
    "simulators": {"model", "dsp", "units", "registry", "parameters", "spool"},
    "knowledge": {"model", "units", "registry"},
    "reason": {"model", "knowledge", "phenomena", "units", "registry", "workers"},
    "formats": {"model", "units", "registry", "parameters"},
    "intake": {"model", "knowledge", "units", "registry"},
    "reports": {"model", "knowledge", "detect", "dsp", "units", "registry"},
    "cohort": {"model", "phenomena", "reason", "formats", "intake", "knowledge", "reports", "registry"},
    "live": {"model", "phenomena", "detect", "dsp", "registry"},
}
# Everything is open to the thin top and to the contract suites.
TOP = {"cli", "web", "testing", "__main__", "__init__", "examples"}
# Rooms that may touch files or the network; the spool has a file of its own that nobody sees.
DOORS = {"spool", "norms", "formats", "intake", "knowledge", "reports", "cohort", "live", "cli", "web", "testing"}


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [
                f"{node.module}.{alias.name}" if node.module == "involuntary" else node.module for alias in node.names
            ]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("involuntary.")}
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_stands_below_it(path):
    room = _room(path)
    if room in TOP:
        return
    assert room in ALLOWED, f"the room {room} has no place in the order: add it to ALLOWED"
    assert _imports(path) <= ALLOWED[room] | {"errors", "_version", room}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_doors_touch_files(path):
    if _room(path) in DOORS | TOP:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    modules |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not modules & {"pathlib", "os", "io", "socket", "urllib", "shutil", "tempfile"}
    assert not calls & {"open", "print", "input"}


def test_the_order_has_no_cycle():
    below: dict[str, set[str]] = {}

    def walk(room: str, seen: tuple[str, ...] = ()) -> set[str]:
        assert room not in seen, f"cycle: {' -> '.join([*seen, room])}"
        if room not in below:
            below[room] = ALLOWED[room].union(*(walk(r, (*seen, room)) for r in ALLOWED[room]))
        return below[room]

    for room in ALLOWED:
        walk(room)
