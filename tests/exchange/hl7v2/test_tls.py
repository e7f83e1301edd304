"""MLLP inside mutual TLS: who has no certificate of ours gets no answer."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from referloop.exchange.hl7v2.client import send
from referloop.exchange.hl7v2.transport import listening
from tests.exchange.hl7v2.samples import AT, frame


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl program, which makes the certificates of these tests, is not here")
    folder = tmp_path_factory.mktemp("tls")
    ask = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=clinic-a -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run([openssl, *ask.split(), *files], check=True, capture_output=True)
    both = folder / "both"
    both.write_text((folder / "key").read_text() + (folder / "cert").read_text())
    return both


def ours(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificate))
    context.load_cert_chain(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def theirs(certificate: Path, *, own: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    if own:
        context.load_cert_chain(certificate)
    return context


def test_the_name_in_the_certificate_is_the_name_of_the_peer(certificate: Path):
    def receive(content: bytes, peer: str) -> bytes:
        return peer.encode()

    with listening("127.0.0.1", 0, receive, clock=lambda: AT, tls=ours(certificate)) as port:
        assert send("127.0.0.1", port, frame(), 5, theirs(certificate, own=True)) == b"clinic-a"


def test_a_peer_without_a_certificate_or_without_tls_is_not_heard(certificate: Path):
    heard: list[bytes] = []

    def receive(content: bytes, peer: str) -> None:
        heard.append(content)

    with listening("127.0.0.1", 0, receive, clock=lambda: AT, tls=ours(certificate)) as port:
        for tls in (theirs(certificate, own=False), None):
            with pytest.raises(OSError):  # noqa: PT011
                send("127.0.0.1", port, frame(), 2, tls)
    assert heard == []
