"""A site in memory, and the same over both databases."""

from collections.abc import Iterator

import pytest

from tests.fhir_http.client import Site, in_memory, on_postgres


@pytest.fixture
def site() -> Iterator[Site]:
    found = in_memory()
    yield found
    found.database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Iterator[Site]:
    if request.param == "postgres":
        found = on_postgres(request.getfixturevalue("postgres_url"))
    else:
        found = in_memory()
    yield found
    found.database.close()
