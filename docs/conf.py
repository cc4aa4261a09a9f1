"""How the documentation site is built: ``make docs``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from involuntary import __version__

project = "involuntary"
author = "The involuntary developers"
copyright = "2026, the involuntary developers"
release = version = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
autosummary_generate = True
numpydoc_show_class_members = False
autodoc_typehints = "none"  # the signature shows them
exclude_patterns = ["_build"]
templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_title = "involuntary"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False, "footer_end": []}
html_show_sourcelink = False
nitpicky = False


def setup(app):
    """Write a page for every entry of the knowledge; only those that changed, so that a rebuild is quick."""
    from involuntary.knowledge import load
    from involuntary.knowledge.pages import pages

    for name, text in pages(load()).items():
        path = Path(app.srcdir) / "entries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
