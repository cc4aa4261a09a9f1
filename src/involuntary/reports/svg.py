"""Pictures as inline SVG: drawn by matplotlib in colour names of the page, so that light and dark are one picture.

Names from files never reach matplotlib: it draws a token, and the escaped name takes its place afterwards.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from involuntary.errors import MissingExtraError
from involuntary.reports.words import clean

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "drawn", "figure", "token"]

# A colour that stands for a custom property of the style sheet.
COLOURS: Mapping[str, str] = {
    name: f"#0000{index:02x}"
    for index, name in enumerate(("ink", "muted", "rule", "trace", "c1", "c2", "c3", "c4", "c5", "c6", "shade"), 1)
}
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_REMOVED = re.compile(
    r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>| transform=\"rotate\(-?0 [^\"]*\"|"
    r"\s*font-family: [^;\"]*;?|(?<=[\s;\"])stroke-linejoin: miter;? ?",
    re.DOTALL,
)


def figure(width: float, height: float) -> Figure:
    """Give an empty figure of `width` by `height` units, as many as CSS pixels where it is shown full size."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("matplotlib", "report", "a web page") from None
    return Figure(figsize=(width / 72, height / 72), dpi=72)


def token(index: int) -> str:
    """Give what stands in a picture for name number `index`."""
    return f"@@{index}@@"


def drawn(picture: Figure, prefix: str, label: str, names: Sequence[str] = (), longest: int = 60) -> str:
    """Draw a figure.

    Parameters
    ----------
    picture : Figure
        With colours from `COLOURS`.
    prefix : str
        Set before every id, so that several pictures live on one page.
    label : str
        What it shows, for those who do not see it.
    names : sequence of str
        What takes the place of each `token`.
    longest : int
        Characters of a name that have room.
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "involuntary", "hatch.linewidth": 0.8}):
        picture.savefig(buffer, format="svg", metadata=nothing, transparent=True)
    text = _REMOVED.sub("", buffer.getvalue().decode())
    width, height = (round(size * 72) for size in picture.get_size_inches())
    head = (
        f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(clean(label))}" '
        f'style="--full: {width}px">'
    )
    text = head + text[text.index(">", text.index("<svg")) + 1 :]
    text = _ids(_attributes(text), prefix)
    text = re.sub(r"\s*\n\s*", " ", text)
    return re.sub(r"@@(\d+)@@", lambda found: escape(clean(names[int(found[1])], longest)), text)


def _attributes(text: str) -> str:
    """Round the numbers of attributes, and name the colours."""

    def shorter(found: re.Match[str]) -> str:
        return f"{float(found[0]):.1f}".removesuffix(".0").replace("-0", "0" if found[0].startswith("-0.0") else "-0")

    text = re.sub(r'(?<==")[^"]*(?=")', lambda quoted: _NUMBER.sub(shorter, quoted[0]), text)
    for name, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{name})")
    return text


def _ids(text: str, prefix: str) -> str:
    """Keep the ids that are referred to, each with the prefix."""
    used = set(re.findall(r'(?:url\(#|href="#)(\w+)', text))
    text = re.sub(r' id="([^"]*)"', lambda i: f' id="{prefix}-{i[1]}"' if i[1] in used else "", text)
    return text.replace('xlink:href="#', f'href="#{prefix}-').replace("url(#", f"url(#{prefix}-")
