"""Writes the structure tables of FHIR R4 from HL7's published definitions: run by developers only.

    python tools/fhir_tables.py ../shared/corpus/fhir/definitions/r4-4.0.1 src/referloop/exchange/fhir/r4.json

One line per type. An element is `type|type`, then one mark (none 0..1, `!` 1..1, `*` 0..*, `+` 1..*),
then `=name` of its code list. `#Patient.contact` points at a backbone element of the same table.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

LARGEST_CODE_LIST = 300
FHIRPATH = "http://hl7.org/fhirpath/System."
# `System.String` stands for these, which have a stricter form than a string.
STRICTER = {"Resource.id": "id", "Extension.url": "uri"}

Json = dict[str, Any]


def definitions(folder: Path, name: str) -> list[Json]:
    bundle = json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))
    return [entry["resource"] for entry in bundle["entry"]]


class CodeLists:
    """The value sets whose codes can be listed."""

    def __init__(self, resources: list[Json]) -> None:
        self.sets = {r["url"]: r for r in resources if r["resourceType"] == "ValueSet"}
        self.systems = {r["url"]: r for r in resources if r["resourceType"] == "CodeSystem"}
        self.used: dict[str, list[str]] = {}

    def named(self, url: str) -> str:
        """The name of a small list of codes, or "" when the value set cannot be listed."""
        codes = self.codes(url.split("|")[0])
        if not codes or len(codes) > LARGEST_CODE_LIST:
            return ""
        name = url.split("|")[0].rsplit("/", 1)[1]
        self.used[name] = sorted(codes)
        return name

    def codes(self, url: str) -> set[str] | None:
        compose = self.sets.get(url, {}).get("compose", {})
        if not compose or "exclude" in compose:
            return None
        found: set[str] = set()
        for include in compose["include"]:
            part = self.included(include)
            if part is None:
                return None
            found |= part
        return found

    def included(self, include: Json) -> set[str] | None:
        if "filter" in include:
            return None
        if "concept" in include:
            return {concept["code"] for concept in include["concept"]}
        if "valueSet" in include:
            parts = [self.codes(url.split("|")[0]) for url in include["valueSet"]]
            return None if None in parts else set().union(*(part or set() for part in parts))
        system = self.systems.get(include.get("system", ""), {})
        return concepts(system.get("concept", [])) if system.get("content") == "complete" else None


def concepts(listed: list[Json]) -> set[str]:
    found = {concept["code"] for concept in listed}
    return found.union(*(concepts(concept.get("concept", [])) for concept in listed))


def kinds(element: Json) -> str:
    """The types an element may have, in the notation of the table."""
    if "contentReference" in element:
        return str(element["contentReference"])
    codes: list[str] = [kind["code"] for kind in element["type"]]
    if codes[0] in ("BackboneElement", "Element") and not element["path"].endswith("[x]"):
        return "#" + element["path"] if "." in element["path"] else codes[0]
    if codes[0].startswith(FHIRPATH):
        is_id = element.get("base", {}).get("path") == "Resource.id"
        return "id" if is_id else STRICTER.get(element["path"], "string")
    return "|".join(codes)


def mark(element: Json) -> str:
    needed, many = element["min"] > 0, element["max"] != "1"
    return ("+" if many else "!") if needed else ("*" if many else "")


def code_list(element: Json, lists: CodeLists) -> str:
    binding = element.get("binding", {})
    required = binding.get("strength") == "required" and "valueSet" in binding
    if not required or [kind["code"] for kind in element["type"]] != ["code"]:
        return ""
    name = lists.named(binding["valueSet"])
    return "=" + name if name else ""


def row(definition: Json, lists: CodeLists) -> dict[str, dict[str, str]]:
    """One type with its backbone elements: element name -> notation."""
    found: dict[str, dict[str, str]] = {definition["type"]: {}}
    for element in definition["snapshot"]["element"][1:]:
        owner, name = element["path"].rsplit(".", 1)
        if element["max"] == "0":
            continue
        found.setdefault(owner, {})[name] = kinds(element) + mark(element) + code_list(element, lists)
    return found


def main(folder: Path, target: Path) -> None:
    lists = CodeLists(
        [r for n in ("valuesets", "v3-codesystems", "v2-tables") for r in definitions(folder, n)]
    )
    types: dict[str, Json] = {}
    for definition in definitions(folder, "profiles-types") + definitions(folder, "profiles-resources"):
        is_table = definition["resourceType"] == "StructureDefinition" and definition["kind"] in (
            "complex-type",
            "resource",
        )
        if is_table and definition.get("derivation") != "constraint":
            kind = "resource" if definition["kind"] == "resource" and not definition["abstract"] else "type"
            types[definition["type"]] = {"kind": kind, "parts": row(definition, lists)}
    lines = ['{"types":{']
    lines.append(",\n".join(f"{json.dumps(name)}:{compact(types[name])}" for name in sorted(types)))
    lines.append('},"codes":{')
    lines.append(",\n".join(f"{json.dumps(n)}:{compact(c)}" for n, c in sorted(lists.used.items())))
    lines.append("}}\n")
    target.write_text("\n".join(lines), encoding="utf-8")


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
