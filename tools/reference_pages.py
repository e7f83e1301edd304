"""One function for each page of the reference: values of the program in, Markdown out."""

import ast
import dataclasses
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import typer

from referloop.referral.kinds import PHI

Row = tuple[str, ...]


def facts(words: Mapping[str, type]) -> str:
    """Every word of the log, its sentence and its fields."""
    parts = [_opening("Facts", "Every word a referral's log can hold, in the order of a referral's life.")]
    for word, kind in words.items():
        told = f"{_doc(kind)}\n\n" if _doc(kind) else ""
        parts.append(f"## {word}\n\n{told}> {getattr(kind, 'sentence', '')}\n\n{_fields_of_a_fact(kind)}")
    return "\n".join(parts)


def _fields_of_a_fact(kind: type) -> str:
    hints = get_type_hints(kind, include_extras=True)
    rows = [
        (
            f"`{field.name}`",
            _type(hints[field.name]),
            "yes" if PHI in _marks(hints[field.name]) else "no",
            _must(field),
        )
        for field in dataclasses.fields(kind)
    ]
    return (
        _table(("Field", "Type", "May speak about a patient", "Required"), rows) if rows else "No fields.\n"
    )


def glossary_of_facts(words: Mapping[str, type]) -> str:
    """One line for each fact, linked to its place in the reference."""
    return "".join(
        f"- [{word}](reference/facts.md#{word}): {_plain(getattr(kind, 'sentence', ''))}\n"
        for word, kind in words.items()
    )


def _plain(sentence: str) -> str:
    """The sentence without the parts that are left out when empty."""
    return re.sub(r"\{(\w+?)_?\}", r"*\1*", re.sub(r"\[[^\[\]]*\]", "", sentence)).replace("_", " ")


def messages(module: ModuleType) -> str:
    """What the codecs hand to the stages."""
    parts = [_opening("Messages", "What the outside can tell us, as the values every channel ends in.")]
    for name, kind in vars(module).items():
        if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__ and isinstance(kind, type):
            told = f"{_doc(kind)}\n\n" if _doc(kind) else ""
            rows = [
                (f"`{field.name}`", f"`{_shown(field.type)}`", _must(field))
                for field in dataclasses.fields(kind)
            ]
            parts.append(f"## {name}\n\n{told}{_table(('Field', 'Type', 'Required'), rows)}")
    return "\n".join(parts)


def commands(app: typer.Typer) -> str:
    """Every command with its arguments and options."""
    parts = [_opening("Commands", "What can be typed after `referloop`.")]
    for path, command in _commands("referloop", typer.main.get_command(app)):
        rows = [(f"`{_spelling(given)}`", _said(getattr(given, "help", ""))) for given in command.params]
        table = f"\n{_table(('Argument or option', 'Meaning'), rows)}" if rows else ""
        parts.append(f"## {path}\n\n{inspect.cleandoc(command.help or '')}\n{table}")
    return "\n".join(parts)


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    if inner := getattr(command, "commands", None):
        for name, below in inner.items():
            yield from _commands(f"{path} {name}", below)
    else:
        yield path, command


def _spelling(given: Any) -> str:
    return (
        ", ".join([*given.opts, *given.secondary_opts])
        if given.param_type_name == "option"
        else given.name.upper()
    )


def settings(kind: type) -> str:
    """Every setting, from its field's `doc`."""
    rows = [
        (
            f"`{field.name}`",
            f"`{_shown(field.type)}`",
            _default(field),
            _said(str(field.metadata.get("doc", ""))),
        )
        for field in dataclasses.fields(kind)
    ]
    says = "Read once, from the environment, when the program starts.\n\n"
    named = "The variable is the setting's name in capitals after `REFERLOOP_`.\n\n"
    return _opening("Settings", says + named) + _table(("Setting", "Type", "Default", "Meaning"), rows)


def policy(files: Iterable[Path]) -> str:
    """Every rule of the library with the days it is in force and whose authority it has."""
    parts = [_policy_file(path) for path in files if not path.name.endswith(".cases.toml")]
    says = "The rules that come with the package: what each asks, from which day, and on whose authority."
    return "\n".join([_opening("Policy", says), *parts]) if parts else ""


def _policy_file(path: Path) -> str:
    rule = tomllib.loads(path.read_text(encoding="utf-8"))
    plain = [
        (f"`{name}`", _value(value)) for name, value in rule.items() if name not in ("title", "in_force")
    ]
    dated = [
        (
            _value(row.get("from", "")),
            _value({k: v for k, v in row.items() if k not in ("from", "citation")}),
            row.get("citation", ""),
        )
        for row in rule.get("in_force", [])
    ]
    tables = [_table(("Part", "Value"), plain), _table(("From", "Value", "Citation"), dated) if dated else ""]
    return f"## {path.stem}\n\n{rule.get('title', '')}\n\n" + "\n".join(filter(None, tables))


def problems(package: Path) -> str:
    """Every code a person can meet, found where the source makes it."""
    rows = sorted({row for path in sorted(package.rglob("*.py")) for row in _problems_in(path, package)})
    says = "What a message, a file or a request can have wrong with it, and how to put it right."
    return _opening("Problems", says) + _table(("Code", "From", "Says", "Remedy"), rows) if rows else ""


def _problems_in(path: Path, package: Path) -> Iterator[Row]:
    place = ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
            given = dict(zip(("code", "where", "says", "remedy"), node.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            if isinstance(code := given.get("code"), ast.Constant):
                yield f"`{code.value}`", place, _literal(given.get("says")), _literal(given.get("remedy"))


def _literal(node: ast.expr | None) -> str:
    """The text as far as the source spells it out."""
    match node:
        case ast.Constant(value=str(text)):
            return _said(text)
        case ast.JoinedStr(values=parts):
            return "".join(_literal(part) if isinstance(part, ast.Constant) else "…" for part in parts)
    return "…"


def roles(allowed: Mapping[str, frozenset[str]]) -> str:
    """Who may do what: a row for each permission, the most common first."""
    times = Counter(name for names in allowed.values() for name in names)
    order = sorted(times, key=lambda name: (-times[name], name))
    rows = [(name, *("yes" if name in names else "" for names in allowed.values())) for name in order]
    return _table(("Permission", *allowed), rows)


def _opening(title: str, says: str) -> str:
    return f"# {title}\n\n<!-- Written by `make docs`; change the code instead. -->\n\n{says.rstrip()}\n\n"


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _said(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _shown(kind: Any) -> str:
    text = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)
    return re.sub(r"\b(?:\w+\.)+(?=[A-Z])|\bdatetime\.(?=date)", "", text).replace("|", "\\|")


def _type(hint: Any) -> str:
    return f"`{_shown(getattr(hint, '__origin__', hint))}`"


def _marks(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__metadata__", ())


def _must(field: dataclasses.Field[Any]) -> str:
    return "yes" if field.default is field.default_factory is dataclasses.MISSING else "no"


def _default(field: dataclasses.Field[Any]) -> str:
    return "required" if _must(field) == "yes" else f"`{field.default!r}`".replace("|", "\\|")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_value(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_value(inner) for inner in value)
    return _said(str(value))


def _doc(kind: type) -> str:
    """The docstring somebody wrote, not the signature a dataclass gives itself."""
    text = inspect.cleandoc(kind.__doc__ or "")
    return "" if text.startswith(f"{kind.__name__}(") else text
