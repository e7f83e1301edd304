"""The child process: it gives up the network and most of its means, then answers one question."""

import ctypes
import os
import resource
import sys

import msgspec

from referloop.paper.asked import Answered, Asked, Count, Fault, Join, Read, Strip, Write

CPU_SECONDS, MEMORY, WRITTEN = 20, 512 * 1024 * 1024, 0
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # clone(2)
_REFUSED = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")


def main() -> int:
    _confine()
    asked: Asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answered(asked)))
    return 0


def _answered(asked: Asked) -> Answered:
    """The libraries are read only for what is asked, and only once the limits stand."""
    from referloop.paper import drawing

    try:
        match asked:
            case Read():
                return drawing.read(asked)
            case Strip():
                return drawing.strip(asked)
            case Count():
                return drawing.count(asked)
            case Join():
                from referloop.paper import joining

                return joining.join(asked)
            case Write():
                from referloop.paper import writing

                return writing.write(asked)
    except drawing.Faulty as fault:
        return Fault(str(fault))
    except MemoryError:
        return Fault("too-slow")


def _confine() -> None:
    for what, limit in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    _leave_network()
    sys.addaudithook(_refuse)


def _leave_network() -> None:
    """A network of its own, with nothing in it; where the system refuses, the hook stands alone."""
    try:
        ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NETWORK)
    except (OSError, AttributeError):
        return


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(event)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
