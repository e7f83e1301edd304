"""Third-party FHIR files beside the repository, and the reason to skip where they are absent."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from referloop.exchange.fhir.strict_json import decode

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of third-party files is not here")


def documents(folder: str) -> Iterator[tuple[str, Any]]:
    """Every JSON value of a folder with the name of its file; NDJSON files hold one per line."""
    for path in sorted((CORPUS / folder).rglob("*json*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        bodies = content.splitlines() if "ndjson" in path.name else [content]
        for body in bodies:
            if body.strip():
                yield path.name, decode(body)[0]


def resources(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in documents(folder):
        if isinstance(value, dict) and "resourceType" in value:
            yield name, value
