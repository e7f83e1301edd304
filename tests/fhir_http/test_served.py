"""The application behind a real server, and real third-party Bundles sent to it."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.exchange.fhir.corpus import needs_corpus, resources
from tests.fhir_http.client import Site
from tests.fhir_http.made import patient, referral

ROOT = Path(__file__).parents[2]
SERVED = """
import sys
from granian.constants import Interfaces
from granian.server import Server
Server(sys.argv[1], address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.WSGI, workers=1).serve()
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.slow
def test_a_real_server_answers_the_same(tmp_path: Path):
    port = free_port()
    (tmp_path / "served.py").write_text(
        "from tests.fhir_http.client import in_memory\napp = in_memory().app\n", encoding="utf-8"
    )
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVED, "served:app", str(port)], env=environment, cwd=tmp_path
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            _wait_for(client)
            _exchange(client)
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def _exchange(client: httpx.Client) -> None:
    headers = {"Authorization": "Bearer secret-placer", "Content-Type": "application/fhir+json"}
    made = client.post("/fhir", json=referral(), headers=headers)
    assert made.status_code == 200
    followed = made.json()["entry"][4]["response"]["location"].partition("/_history")[0]
    assert client.get(f"/fhir/{followed}", headers=headers).json()["status"] == "requested"
    body = json.dumps(patient("2")).encode()
    chunked = client.post("/fhir/Patient", content=iter([body[:50], body[50:]]), headers=headers)
    assert chunked.status_code == 201
    assert client.post("/fhir/Patient", content=b" " * 11_000_000, headers=headers).status_code == 413


FOLDERS = ("bser-2.0.0-ballot", "nhs-bars-1.4.0", "clinical-order-workflow-1.0.0-ballot", "r4-core")


@needs_corpus
@pytest.mark.parametrize("folder", FOLDERS)
def test_real_resources_are_never_answered_with_a_failure(site: Site, folder: str):
    for name, resource in resources(f"fhir/{folder}"):
        kind = resource["resourceType"]
        came = site.post("" if kind == "Bundle" else str(kind), resource_bytes(resource))
        assert came.status in (200, 201, 400, 403, 404, 405, 413, 422), (name, came.body[:300])


def resource_bytes(resource: object) -> bytes:
    return json.dumps(resource, default=str).encode("utf-8", "replace")
