"""Downloads from a server on 127.0.0.1: resumed, checked, unpacked. The real addresses are not tried."""

import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from study.data import DataError, download, registry
from study.data.download import DownloadError
from study.design.sources import Source, SourceFile

CONTENT = bytes(range(256)) * 2000


class Server(BaseHTTPRequestHandler):
    """Serves `content`; ends the first `cuts` answers half way; knows ranges if `ranges`."""

    content, ranges, cuts, asked = CONTENT, True, 0, []

    def do_GET(self):
        kind = type(self)
        wanted = self.headers.get("Range")
        kind.asked.append(wanted)
        if self.path != "/file":
            return self.send_error(404, "Not Found")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and kind.ranges else 0
        if start >= len(kind.content):
            return self.send_error(416, "Range Not Satisfiable")
        body = kind.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if kind.cuts:
            kind.cuts -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    """(address, settings): a server of its own for each test."""
    kind = type("Settings", (Server,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/file", kind
        running.shutdown()


def test_a_file_is_fetched_with_its_progress(server, tmp_path):
    seen = []
    download.fetch(server[0], tmp_path / "a", lambda name, done, total: seen.append((name, done, total)))
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert seen[-1] == ("a", len(CONTENT), len(CONTENT)) and not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("ranges", [True, False])
def test_a_cut_connection_keeps_its_part_and_the_next_call_goes_on(server, tmp_path, ranges):
    address, settings = server
    settings.cuts, settings.ranges = 1, ranges
    with pytest.raises(DownloadError, match="the connection ended after 256,000 of 512,000 bytes; call again"):
        download.fetch(address, tmp_path / "a")
    assert (tmp_path / "a.part").stat().st_size == 256_000 and not (tmp_path / "a").exists()
    download.fetch(address, tmp_path / "a")
    assert settings.asked == [None, "bytes=256000-"]
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_part_longer_than_the_file_begins_anew(server, tmp_path):
    (tmp_path / "a.part").write_bytes(CONTENT + b"more")
    download.fetch(server[0], tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_errors_of_the_server_and_of_the_address(server, tmp_path):
    with pytest.raises(DownloadError, match="/other: the server answers 404 Not Found"):
        download.fetch(server[0].replace("/file", "/other"), tmp_path / "a")
    with pytest.raises(DownloadError, match="http://127.0.0.1:9/file: .*call again"):
        download.fetch("http://127.0.0.1:9/file", tmp_path / "a")


def source(address, content, inside=()):
    """A registry entry with one file, expected to hold `content`."""
    form = {"name": "a.csv", "what": "x", "sha256": hashlib.sha256(content).hexdigest()}
    archives = {"inside": inside} if inside else {}
    file = SourceFile(forms=[form], download={"address": address, "form": "a.csv"} | archives)
    text = {"en": "x", "zh": "x"}
    return Source.model_construct(access="open", files={"a": file}, address=address, steps=text)


@pytest.fixture
def registered(monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "places", lambda name: [tmp_path])
    return lambda entry: monkeypatch.setattr(registry, "source", lambda name: entry)


def test_a_source_is_fetched_once_and_recognised(server, registered, tmp_path):
    registered(source(server[0], CONTENT))
    assert download.get("x") == [tmp_path / "a.csv"]
    assert registry.find("x")["a"].form.name == "a.csv"
    assert download.get("x") == [] and len(server[1].asked) == 1


def test_a_wrong_checksum_is_named_and_the_file_is_not_used(server, registered, tmp_path):
    registered(source(server[0], b"other"))
    wrong, right = hashlib.sha256(CONTENT).hexdigest(), hashlib.sha256(b"other").hexdigest()
    with pytest.raises(DownloadError, match=f"checksum {wrong}, expected {right}; it is kept as a.csv.wrong"):
        download.get("x")
    assert not (tmp_path / "a.csv").exists() and registry.find("x") == {}


def zipped(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


def test_a_file_in_a_zip_in_a_zip(server, registered, tmp_path):
    server[1].content = zipped(inner_zip=zipped(a_csv=b"1,2"), readme_txt=b"x")
    registered(source(server[0], b"1,2", ("inner.zip", "a.csv")))
    download.get("x")
    assert [f.name for f in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"1,2"


def test_a_zip_with_other_members_lists_them(server, registered):
    server[1].content = zipped(b_csv=b"1", c_csv=b"2")
    registered(source(server[0], b"1", ("a.csv",)))
    with pytest.raises(DownloadError, match="has no member 'a.csv'; it has b.csv, c.csv"):
        download.get("x")


def test_what_is_no_zip_is_refused(server, registered):
    registered(source(server[0], b"1", ("a.csv",)))
    with pytest.raises(DownloadError, match="file is no whole zip file"):
        download.get("x")


def test_a_source_behind_a_login_prints_its_steps(monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "places", lambda name: [tmp_path])
    with pytest.raises(DataError, match=r"kz_lender can not be fetched by a program \(login\). Log in at the address .*10.3886/E113240V1"):
        download.get("kz_lender")
