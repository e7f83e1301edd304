"""Where resources of one import stand so that others can refer to them: on disk, however many there are."""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apsw
import msgspec

from referloop.wiring.importing.sources import Piece

# What a request or the news about it may point at; everything else is never looked up.
_POINTED_AT = frozenset(
    (
        "Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService",
        "CareTeam", "RelatedPerson", "Device", "Coverage", "Condition", "Observation", "DiagnosticReport",
        "DocumentReference", "QuestionnaireResponse", "Task", "ServiceRequest", "ReferralRequest",
    )
)  # fmt: skip
_REQUESTS = ("ServiceRequest", "ReferralRequest")
_ROWS_AT_ONCE = 2_000


class _Head(msgspec.Struct):
    resourceType: str = ""
    id: str = ""
    identifier: msgspec.Raw = msgspec.Raw(b"[]")


_heads = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A resource that another one refers to, and the file it came in."""

    digest: str
    body: bytes


class Shelf:
    """Filled once, then read by as many processes as like."""

    def __init__(self, path: str = "") -> None:
        self._ours = not path
        self.path = path or tempfile.mkstemp(prefix="referloop-", suffix=".shelf")[1]
        self._database = apsw.Connection(self.path)
        self._waiting: list[tuple[str, str, str, bytes]] = []
        if self._ours:
            self._database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            self._database.execute("CREATE TABLE shelf (ring text, name text, digest text, body blob)")
        self._database.execute("PRAGMA cache_size = -8000")

    def put(self, piece: Piece) -> None:
        """Keep a resource under its name; other things are passed over."""
        try:
            head = _heads.decode(piece.body)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
            return
        if head.resourceType not in _POINTED_AT or not head.id:
            return
        body = piece.body
        if head.resourceType in _REQUESTS:  # of a request, its numbers are all that others need
            shown = msgspec.json.encode({"resourceType": head.resourceType, "id": head.id})
            body = shown[:-1] + b',"identifier":' + bytes(head.identifier) + b"}"
        source = piece.source
        self._waiting.append((source.ring, f"{head.resourceType}/{head.id}", source.digest, body))
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._database.execute("CREATE INDEX by_name ON shelf (ring, name)")

    def find(self, ring: str, digest: str, names: Iterable[str]) -> tuple[dict[str, OnShelf], list[str]]:
        """What these names mean to a file: its own, else the one of its ring.

        A name that stands for different things there is told and never guessed: it may be a patient.
        """
        found: dict[str, OnShelf] = {}
        doubtful: list[str] = []
        for name in names:
            rows: list[Any] = self._database.execute(
                "SELECT digest, body FROM shelf WHERE ring = ? AND name = ?", (ring, name)
            ).fetchall()
            near = [row for row in rows if row[0] == digest] or rows
            if len({row[1] for row in near}) == 1:
                found[name] = OnShelf(*near[0])
            elif near:
                doubtful.append(name)
        return found, doubtful

    def close(self) -> None:
        self._database.close()
        if self._ours:
            os.unlink(self.path)

    def _flush(self) -> None:
        with self._database:
            self._database.executemany("INSERT INTO shelf VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()
