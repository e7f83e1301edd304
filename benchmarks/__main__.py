"""`make bench`: SQLite and PostgreSQL in one run, each figure beside the raw limit of the same database."""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence

from benchmarks.figures import Effort, Figure, imports, machine, measured, unstored
from benchmarks.pages import DEARER

_SMALL = 10_000
_DEARER = 1.3


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument(
        "--referrals", type=int, default=_SMALL, help="open referrals in the books; above 10,000, both"
    )
    asked.add_argument("--only", choices=("sqlite", "postgres"), help="one database alone")
    asked.add_argument("--lines", type=int, default=20_000, help="of the file that is imported")
    asked.add_argument("--seconds", type=float, default=5.0, help="for each figure")
    asked.add_argument("--pages", action="store_true", help="the pages of the workbench alone")
    asked.add_argument("--quick", action="store_true", help="see that it runs; the figures mean little")
    given = asked.parse_args()
    sizes = sorted({min(_SMALL, given.referrals), given.referrals})
    effort = Effort(given.seconds)
    if given.quick:
        sizes, effort = [500], Effort(0.5, 200, (1, 8))
    began = time.monotonic()
    found: list[Figure] = [] if given.pages else list(unstored(effort))
    for kind in [given.only] if given.only else ["sqlite", "postgres"]:
        for figure in measured(kind, sizes, effort, _say, pages_alone=given.pages):
            found.append(figure)
            _say(
                "  ".join(filter(None, _row(figure)))
            )  # at once: a long run that is cut short tells something
        if not given.pages:
            found += imports(kind, 500 if given.quick else given.lines, _say)
    print("\n".join(table(found)))
    print("\n".join(dearer(found, sizes)))
    print(f"\n{machine()}; {time.monotonic() - began:.0f} s")


def table(figures: Iterable[Figure]) -> Iterable[str]:
    head = ("database", "open", "figure", "/s", "p95 ms", "raw /s", "ratio", "target", "", "")
    rows = [head, *(_row(each) for each in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    for row in rows:
        cells = [
            text.ljust(width) if at in (0, 2, 8, 9) else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _row(it: Figure) -> tuple[str, ...]:
    return (
        it.database,
        f"{it.size:,}" if it.size else "",
        it.name,
        f"{it.per_second:,.0f}" if it.per_second else "",
        f"{it.p95_ms:.1f}" if it.p95_ms else "",
        f"{it.raw:,.0f}" if it.raw else "",
        f"1/{1 / it.ratio:.1f}" if it.ratio else "",
        f"1/{1 / it.at_least:.0f}" if it.at_least else it.target,
        ("kept" if it.kept else "MISSED") if it.at_least or it.target or not it.kept else "",
        it.says,
    )


def dearer(figures: Sequence[Figure], sizes: Sequence[int]) -> Iterable[str]:
    """How much dearer each thing is with many referrals than with few."""
    if len(sizes) < 2:
        return
    few, many = sizes
    small = {(each.database, each.name): each for each in figures if each.size == few and each.per_second}
    yield f"\nhow many times dearer at {many:,} than at {few:,} (a page: its p95); in brackets, the raw limit"
    for each in figures:
        before = small.get((each.database, each.name))
        if each.size != many or not before or not each.per_second:
            continue
        page = each.name.startswith("page: ")
        times = each.p95_ms / before.p95_ms if page else before.per_second / each.per_second
        limits = f"({before.raw / each.raw:.2f})" if each.raw and before.raw else ""
        kept = "kept" if times <= (DEARER if page else _DEARER) else "MISSED"
        yield f"{each.database:9} {each.name:40} {times:5.2f} {limits:7} {kept}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
