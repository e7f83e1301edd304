"""The shared fixtures give what they promise."""

from pathlib import Path

import psycopg
import pytest


@pytest.mark.postgres
def test_the_database_of_a_test_run_is_its_own(postgres_url: str):
    with psycopg.connect(postgres_url) as database:
        assert database.info.dbname.startswith("referloop_test_")
        assert database.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_the_corpus_holds_messages_of_the_channels(corpus: Path):
    assert {"fhir", "hl7v2", "x12"} - {folder.name for folder in corpus.iterdir()} == set()
