"""The files the rules of the house are about, read once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("src", "tests", "tools", "benchmarks", "chaos")
TEXT = {".py", ".md", ".toml", ".lock", ".html", ".css", ".js", ".sql", ".txt", ".yaml", ".yml", ".json", ""}


@dataclass(frozen=True)
class Source:
    """One Python file, with its path from the root of the repository."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def within(self, *folders: str) -> bool:
        return self.path.startswith(tuple(f"{folder}/" for folder in folders))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file that says anything."""
    return tuple(_read(path) for path in _files(*CODE, suffixes={".py"}) if path.stat().st_size)


def documents() -> list[Path]:
    """Every page of prose."""
    return [*sorted(ROOT.glob("*.md")), *_files("docs", suffixes={".md"})]


def text_files() -> list[Path]:
    """Everything that is published and can be read, prose and code."""
    at_the_top = sorted(path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT)
    return [*at_the_top, *_files(*CODE, "docs", ".ci", suffixes=TEXT)]


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


def _files(*folders: str, suffixes: set[str]) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix in suffixes and _ours(path))


def _ours(path: Path) -> bool:
    return "__pycache__" not in path.parts and not any(part.endswith(".egg-info") for part in path.parts)
