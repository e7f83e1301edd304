"""A pack of policy files as one: read together, with what they say of each other checked."""

from collections.abc import Collection, Iterator, Mapping

from referloop.policy.reading import code_of, read
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement


def library(
    texts: Mapping[str, str], known: Collection[str] = ()
) -> tuple[Requirement, ...] | tuple[Problem, ...]:
    """The requirements of all files (name to text; cases are passed over), or all that is wrong with them.

    `known` are codes of the policy that the pack lies over.
    """
    requirements: list[Requirement] = []
    problems: list[Problem] = []
    names = {code_of(name): name for name in texts if not name.endswith(".cases.toml")}
    for _, name in sorted(names.items()):
        for each in read(name, texts[name]):
            if isinstance(each, Problem):
                problems.append(each)
            else:
                requirements.append(each)
    problems += [
        Problem("policy-no-such-requirement", names[code], f"No requirement is called `{missed}`.", _REMEDY)
        for code, missed in _chased(requirements)
        if missed not in names and missed not in known
    ]
    return tuple(problems) if problems else tuple(requirements)


_REMEDY = "Name a file of the pack after requirement=, without its .toml."


def _chased(requirements: list[Requirement]) -> Iterator[tuple[str, str]]:
    """Each requirement whose miss opens another."""
    for need in requirements:
        for pattern in need.after:
            for name, values in pattern.where:
                if (pattern.word, name) == ("deadline-missed", "requirement"):
                    yield from ((need.code, missed) for missed in sorted(values))
