import functools
import http.server
import threading

import pytest

from involuntary.errors import KnowledgeError
from involuntary.knowledge.download import download_release
from knowledge.small import HPOA, OBO, release


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path):
    """Serve a folder on this machine."""
    folder = release(tmp_path / "served")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_release_is_fetched_whole(served, tmp_path):
    _, address = served
    assert download_release(tmp_path / "new", f"{address}/") == ("2001-02-03", "2001-02-04")
    assert (tmp_path / "new" / "hp.obo").read_text(encoding="utf-8") == OBO
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["hp.obo", "phenotype.hpoa"]


@pytest.mark.parametrize("fault", ["broken", "missing", "large"])
def test_a_faulty_release_leaves_the_folder_as_it_was(served, tmp_path, monkeypatch, fault):
    folder, address = served
    mine = release(tmp_path / "mine", obo=OBO.replace("2001-02-03", "2000-01-01"))
    message = {
        "broken": "phenotype.hpoa: line 10: a row has 12 columns; got 1",
        "missing": (
            f"{address}/phenotype.hpoa: cannot be fetched; got HTTP Error 404: File not found; "
            "check the connection, or put hp.obo and phenotype.hpoa of a release into a folder by hand"
        ),
        "large": f"{address}/hp.obo: holds at most 9 bytes",
    }[fault]
    if fault == "broken":
        (folder / "phenotype.hpoa").write_text(HPOA + "x\n", encoding="utf-8")
    elif fault == "missing":
        (folder / "phenotype.hpoa").unlink()
    else:
        monkeypatch.setattr("involuntary.knowledge.download.LARGEST_BYTES", 9)
    with pytest.raises(KnowledgeError) as error:
        download_release(mine, address)
    assert str(error.value) == message
    assert "2000-01-01" in (mine / "hp.obo").read_text(encoding="utf-8")
    assert sorted(path.name for path in mine.iterdir()) == ["hp.obo", "phenotype.hpoa"]


def test_only_the_web_is_asked(tmp_path):
    with pytest.raises(KnowledgeError, match=r"^file:///etc: an address begins with https://; such as https://"):
        download_release(tmp_path, "file:///etc")
