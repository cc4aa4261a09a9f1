import lzma

import pytest

from involuntary.errors import KnowledgeError
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.mondo import make_table, read_table

SSSOM = """# a comment
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification
MONDO:0000009\tnine\tskos:exactMatch\tOMIM:1\t\tx
MONDO:0000007\tseven\tskos:exactMatch\tOMIM:1\t\tx
MONDO:0000007\tseven\tskos:exactMatch\tOrphanet:9\t\tx
MONDO:0000007\tseven\tskos:broadMatch\tOMIM:2\t\tx
MONDO:0000008\teight\tskos:exactMatch\tUMLS:C1\t\tx
"""


def test_the_table_holds_every_name_and_the_exact_mappings(tmp_path):
    (tmp_path / "t.xz").write_bytes(make_table(SSSOM.splitlines(), "Mondo of some day"))
    table = read_table(tmp_path / "t.xz")
    assert table.version == "Mondo of some day"
    assert table.names == {"MONDO:0000007": "seven", "MONDO:0000008": "eight", "MONDO:0000009": "nine"}
    assert table.codes == {"OMIM:1": "MONDO:0000007", "ORPHA:9": "MONDO:0000007"}
    assert table.mapped == {"MONDO:0000007": ("OMIM:1", "ORPHA:9")}


def test_equal_input_gives_equal_bytes():
    assert make_table(SSSOM.splitlines(), "v") == make_table(SSSOM.splitlines(), "v")


def test_another_table_is_refused():
    with pytest.raises(KnowledgeError, match=r"begins with the columns subject_id, .*; got a, b$"):
        make_table(["a\tb"], "v")


def test_a_broken_row_is_refused(tmp_path):
    (tmp_path / "t.xz").write_bytes(lzma.compress(b"# v\n0000007\n"))
    with pytest.raises(KnowledgeError) as error:
        read_table(tmp_path / "t.xz")
    assert str(error.value) == "t.xz: line 2: a row holds a code, a name and what it maps to"


def test_the_shipped_table_is_small_and_right():
    path = DATA / "mondo.tsv.xz"
    assert path.stat().st_size < 300_000
    table = read_table(path)
    assert table.names["MONDO:0004976"] == "amyotrophic lateral sclerosis"
    assert table.codes["ORPHA:803"] == "MONDO:0004976"
    assert table.codes["OMIM:160900"] == table.codes["ORPHA:273"]
