"""What an operator sets, read from the environment once; each setting says what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Settings:
    """Variables are named REFERLOOP_ and the field's name in capitals."""

    database: str = field(
        default="sqlite:var/referloop.sqlite3",
        metadata={"doc": "Where the books are: sqlite:PATH, or a postgresql:// address for the application."},
    )
    admin_database: str = field(
        default="",
        metadata={
            "doc": "The postgresql:// address of the schema's owner, used by `referloop migrate` alone."
        },
    )
    organization: str = field(
        default="desk", metadata={"doc": "The organisation that commands and listeners work for."}
    )
    host: str = field(default="127.0.0.1", metadata={"doc": "The address HTTP and MLLP listen on."})
    port: int = field(default=8000, metadata={"doc": "The port HTTP listens on."})
    mllp_port: int = field(default=2575, metadata={"doc": "The port MLLP listens on; 0 for no listener."})
    workers: int = field(default=1, metadata={"doc": "Web processes."})
    threads: int = field(default=4, metadata={"doc": "Threads in each web process."})
    processing_ids: str = field(
        default="P", metadata={"doc": "HL7 v2 processing ids taken in, such as P or P,T for a test site."}
    )
    kind: str = field(
        default="inbound",
        metadata={"doc": "Whether arriving referrals are inbound, outbound or internal for this desk."},
    )
    public_url: str = field(
        default="", metadata={"doc": "The address clients know us by; empty for the one they called."}
    )
    signin_database: str = field(
        default="",
        metadata={
            "doc": "Where sign-ins and sessions are; empty for signin.sqlite3 beside the books, or on"
            " PostgreSQL the schema signin of the same database."
        },
    )
    proxies: int = field(
        default=0,
        metadata={
            "doc": "How many of your own proxies stand before the web; attempts are counted past them."
        },
    )
    second_factor: str = field(
        default="required",
        metadata={
            "doc": "Whether everybody must add a passkey or a code app before anything opens: required,"
            " or offered to those who want one.",
            "one_of": ("required", "offered"),
        },
    )
    secret: str = field(
        default="",
        metadata={
            "doc": "The root secret from which sessions are signed and second factors encrypted, the older"
            " ones behind it after commas; empty to read it from the file."
        },
    )
    secret_file: str = field(
        default="~/.config/referloop/secret",
        metadata={
            "doc": "The file of the root secret, which `referloop init` makes: readable by its owner alone,"
            " and in another folder than the books."
        },
    )
    demo: str = field(
        default="",
        metadata={"doc": "The password of a demonstration, shown at its sign-in; empty for a real desk."},
    )


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings; raises ValueError naming the variable that cannot be read."""
    given: dict[str, str | int] = {}
    for each in fields(Settings):
        variable = f"REFERLOOP_{each.name.upper()}"
        if variable not in environment:
            continue
        text = environment[variable]
        if each.type is int or each.type == "int":
            if not text.isdigit():
                raise ValueError(f"{variable} wants a whole number")
            given[each.name] = int(text)
        elif text not in each.metadata.get("one_of", (text,)):
            raise ValueError(f"{variable} is one of: {', '.join(each.metadata['one_of'])}")
        else:
            given[each.name] = text
    return Settings(**given)  # type: ignore[arg-type]
