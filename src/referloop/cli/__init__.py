"""The command line: the whole loop by hand, files in, and everything that runs a desk."""

from referloop.cli import (  # noqa: F401  they add commands
    codes,
    demo,
    files,
    looking,
    mapping,
    outgoing,
    people,
    policy,
    running,
    secret,
    setup,
    working,
    zone,
)
from referloop.cli.app import app, main

__all__ = ["app", "main"]
