"""The application around the API and the pages: host names, headers, compression, probes."""

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from wherein.search.settings import ServerSettings, Settings
from wherein.search.web.app import create_app
from wherein.search.web.snapshot_watcher import EXTENSION, SnapshotWatcher


@pytest.fixture
def empty_client(tmp_path: Path) -> FlaskClient:
    app = create_app(Settings(instance=tmp_path / "instance"))
    watcher: SnapshotWatcher = app.extensions[EXTENSION]
    watcher.stop()
    return app.test_client()


def test_an_unknown_address_and_a_wrong_method_are_problems_in_the_api(
    seed_client: FlaskClient,
) -> None:
    assert seed_client.get("/api/nope").content_type == "application/problem+json"
    response = seed_client.post("/api/search")
    assert (response.status_code, response.get_json()["title"]) == (405, "Method Not Allowed")
    assert "GET" in response.headers["Allow"]
    assert "GET" in seed_client.post("/").headers["Allow"]


def test_a_live_process_without_an_index_is_not_ready(
    seed_client: FlaskClient, empty_client: FlaskClient
) -> None:
    assert seed_client.get("/healthz").status_code == 200
    ready = seed_client.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (200, "ready")
    assert ready.get_json()["snapshot"] == seed_client.get("/api/search?q=a").get_json()["snapshot"]
    assert empty_client.get("/healthz").status_code == 200
    assert empty_client.get("/readyz").status_code == 503


def test_without_a_snapshot_the_api_answers_503_with_the_remedy(empty_client: FlaskClient) -> None:
    response = empty_client.get("/api/search?q=who")
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert "wherein reindex" in response.get_json()["detail"]
    assert response.headers["Retry-After"] == "2"


def test_a_request_to_another_host_name_is_refused(seed_client: FlaskClient) -> None:
    for path in ("/", "/api/search?q=Putin"):
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "192.0.2.1"):
            response = seed_client.get(path, headers={"Host": host})
            assert response.status_code == 400
            assert b"Putin" not in response.data
            assert b"answers only to the names of this machine" in response.data


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.0.1.1", "[::1]", "[::1]:8000"]
)
def test_every_name_of_this_machine_is_accepted(seed_client: FlaskClient, host: str) -> None:
    assert seed_client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_server_for_other_machines_accepts_any_host_name(tmp_path: Path) -> None:
    app = create_app(
        Settings(instance=tmp_path / "instance", server=ServerSettings(host="0.0.0.0"))
    )
    watcher: SnapshotWatcher = app.extensions[EXTENSION]
    watcher.stop()
    response = app.test_client().get("/healthz", headers={"Host": "reports.example"})
    assert response.status_code == 200


def test_every_answer_has_the_security_headers(seed_client: FlaskClient) -> None:
    files = ("/static/wherein.css", "/documents/004_0d623141c635248b.txt")
    for path in ("/", "/api/search?q=a", "/nope", *files):
        with seed_client.get(path) as response:
            headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        for directive in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"):
            assert directive in policy
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_answer_is_compressed_if_the_client_accepts_gzip(seed_client: FlaskClient) -> None:
    for address in ("/api/search?q=Putin", "/?q=Putin", "/nope"):
        plain = seed_client.get(address)
        compressed = seed_client.get(address, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in plain.headers
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert plain.headers["Vary"] == compressed.headers["Vary"] == "Accept-Encoding"
        assert int(compressed.headers["Content-Length"]) == len(compressed.data) < len(plain.data)
        took = rb"\"took_ms\":[^,]+"
        assert re.sub(took, b"", gzip.decompress(compressed.data)) == re.sub(took, b"", plain.data)
