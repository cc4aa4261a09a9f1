"""Fetch a release of the ontology and its annotations into a folder: whole and readable, or not at all."""

from __future__ import annotations

import tempfile
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from involuntary.errors import KnowledgeError
from involuntary.knowledge.hpoa import read_hpoa
from involuntary.knowledge.obo import read_obo
from involuntary.knowledge.release import LARGEST_BYTES, read_lines

__all__ = ["LATEST", "download_release"]

# Where the Human Phenotype Ontology publishes its releases; obo/hp.obo of the OBO Foundry leads there too.
LATEST = "https://github.com/obophenotype/human-phenotype-ontology/releases/latest/download"
_FILES = ("hp.obo", "phenotype.hpoa")
_SECONDS = 60


def download_release(folder: Path, base: str = LATEST) -> tuple[str, str]:
    """Fetch ``hp.obo`` and ``phenotype.hpoa`` and put them into a folder once both were read without fault.

    Parameters
    ----------
    folder : Path
        Made where it does not exist; earlier files of a release in it are replaced.
    base : str
        Address that the two names are appended to; the newest release when not given.

    Returns
    -------
    tuple of str
        Versions of the ontology and of the annotations.

    Raises
    ------
    KnowledgeError
        If a file cannot be fetched, is too large, or is not what it should be; the folder is then as it was.
    """
    if not base.startswith(("https://", "http://")):
        raise KnowledgeError(base, "an address begins with https://", "", f"such as {LATEST}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as temporary:
        ontology_file, annotations_file = (Path(temporary) / name for name in _FILES)
        for path in (ontology_file, annotations_file):
            _fetch(f"{base.rstrip('/')}/{path.name}", path)
        ontology = read_obo(read_lines(ontology_file))
        annotations = read_hpoa(read_lines(annotations_file), ontology, {})
        for path in (ontology_file, annotations_file):
            path.replace(folder / path.name)
    return ontology.version, annotations.version


def _fetch(address: str, path: Path) -> None:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer, path.open("wb") as file:  # noqa: S310 - checked
            held = 0
            while block := answer.read(1 << 20):
                held += len(block)
                if held > LARGEST_BYTES:
                    raise KnowledgeError(address, f"holds at most {LARGEST_BYTES} bytes")
                file.write(block)
    except (urllib.error.URLError, HTTPException, TimeoutError, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        advice = "check the connection, or put hp.obo and phenotype.hpoa of a release into a folder by hand"
        raise KnowledgeError(address, "cannot be fetched", str(error), advice) from None
