"""One word for one thing: the field's words are used, and the empty ones are refused."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.sources import ROOT, Source, sources

STAGES = ("intake", "coverage", "routing", "scheduling", "encounter", "closure")

REFUSED_ANYWHERE = {"manager", "handler", "helper", "helpers", "util", "utils", "provider", "providers"}
REFUSED_AT_THE_END_OF_A_CLASS = {"service", "base", "data", "info"}
REFUSED_AT_THE_START_OF_A_CLASS = {"base"}
REFUSED_MODULES = {"common", "core", "misc", "base"}


def test_the_package_names_its_stages_in_order():
    opening = (ROOT / "src/referloop/__init__.py").read_text(encoding="utf-8")
    assert re.findall(rf"\b(?:{'|'.join(STAGES)})\b", opening) == list(STAGES)


def test_a_stage_is_a_folder_never_a_file():
    assert [stage for stage in STAGES if (ROOT / "src/referloop" / f"{stage}.py").exists()] == []


def test_refused_words_appear_in_no_identifier():
    refused = {
        f"{source.path}:{line} {name}"
        for source in sources()
        for name, line in defined_names(source.tree)
        if set(words(name)) & REFUSED_ANYWHERE
    }
    assert refused == set()


def test_no_class_carries_an_empty_word():
    refused = {
        f"{source.path}:{node.lineno} {node.name}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and is_empty_class_name(node.name)
    }
    assert refused == set()


def test_no_module_carries_an_empty_word():
    assert [source.path for source in sources() if has_an_empty_module_name(source)] == []


def is_empty_class_name(name: str) -> bool:
    parts = words(name)
    if len(parts) < 2:
        return False  # Service alone is what a patient is referred for
    return parts[-1] in REFUSED_AT_THE_END_OF_A_CLASS or parts[0] in REFUSED_AT_THE_START_OF_A_CLASS


def has_an_empty_module_name(source: Source) -> bool:
    parts = PurePosixPath(source.path).with_suffix("").parts
    return bool(
        {word for part in parts for word in words(part)} & REFUSED_ANYWHERE | set(parts) & REFUSED_MODULES
    )


def words(name: str) -> list[str]:
    """`AppointmentBooked` and `appointment_booked` are the same two words."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def defined_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names this file gives, with their lines; names others gave are theirs."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno
            case ast.alias(asname=str(name)):
                yield name, node.lineno
