"""Commands as a person types them, on books of their own."""

from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from referloop.cli import app


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """`books` is where this terminal's database lies."""

    books: Path
    user: str = "lead"

    def __call__(self, *words: str, piped: bytes | None = None) -> Said:
        runner = CliRunner()
        env = {
            "REFERLOOP_DATABASE": f"sqlite:{self.books}", "REFERLOOP_USER": self.user, "COLUMNS": "200",
            "REFERLOOP_SECRET_FILE": str(self.books.parent / "keys" / "secret"),
        }  # fmt: skip
        result = runner.invoke(app, list(words), input=piped, env=env)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def referral(self) -> str:
        """The id of the first referral on the desk's list."""
        return self("owing", "--limit", "1").out.splitlines()[1].split()[0]
