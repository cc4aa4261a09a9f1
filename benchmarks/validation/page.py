"""The page of the documentation, from the kept figures."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from involuntary.phenomena import PHENOMENA

_HEAD = Path(__file__).with_name("head.md")


def write(results: Path, target: Path) -> None:
    """Write the page from every result that is kept."""
    kept = [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(results.glob("*.json"))]
    parts = [_HEAD.read_text(encoding="utf-8"), *("\n".join(_section(*one)) for one in kept)]
    target.write_text("\n".join(parts), encoding="utf-8")


def _section(phenomenon: str, result: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {PHENOMENA.get(phenomenon).name}\n"
    yield f"Asked: {result['asked']}\n"
    yield "Published, in people:\n"
    yield from (f"- {line}" for line in result["published"])
    yield ""
    yield f"Onsets match within {1000 * result['tolerance_s']:g} ms. Simulated:\n"
    yield "| level | hours | named | true | sensitivity | precision | onset, ms | end, ms | false alarms/h |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in result["scored"]:
        yield _line(
            row["signal"], f"{row['hours']:.2f}", f"{row['named']} of {row['recordings']}", row["true"],
            _with(row["sensitivity"], 3), _with(row["precision"], 3), _with(row["onset_ms"], 1),
            _with(row["end_ms"], 1), _with(row["false_per_hour"], 1),
        )  # fmt: skip
    if result["figures"]:
        yield "\n| figure, simulated | n | value | asked |\n|---|---|---|---|"
        for figure in result["figures"]:
            value = _with((figure["value"], *figure["interval"]), 3)
            yield _line(figure["what"], figure["n"], f"{value} {figure['unit']}".strip(), figure["asked"])
    if not result["negatives"]:
        yield "\nNegatives: not measured yet.\n"
        return
    yield "\n| nothing to be found | recordings | hours | named | false alarms/h | what was said of the first |"
    yield "|---|---|---|---|---|---|"
    for row in result["negatives"]:
        yield _line(
            row["signal"], row["recordings"], f"{row['hours']:.2f}", row["named"], _with(row["false_per_hour"], 1),
            row["why"].removeprefix(f"{phenomenon}: "),
        )  # fmt: skip
    yield ""


def _line(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _with(value: Any, digits: int) -> str:
    middle, low, high = (math.nan if part is None else part for part in value)
    if math.isnan(middle):
        return ""
    return f"{middle:.{digits}f}" if math.isnan(low) else f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
