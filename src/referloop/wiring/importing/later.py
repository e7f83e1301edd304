"""What is about a request waits until every request of the import is in; it waits on disk."""

import pickle
import tempfile
from collections.abc import Iterator
from types import TracebackType

from referloop.messages import NotAReferral, Reading, ReferralSaid
from referloop.wiring.importing.reading import Message
from referloop.wiring.importing.sources import Piece


class Later:
    """The pieces that begin nothing: news, changes and cancellations, in the order in which they came."""

    def __enter__(self) -> "Later":
        self._file = tempfile.TemporaryFile(prefix="referloop-")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def takes(self, piece: Piece, message: Message) -> bool:
        """Whether this one waits."""
        waits = _begins_nothing(message.reading)
        if waits:
            pickle.dump(piece, self._file)
        return waits

    def pieces(self) -> Iterator[Piece]:
        self._file.seek(0)
        while True:
            try:
                yield pickle.load(self._file)  # noqa: S301  written above, by ourselves
            except EOFError:
                return


def _begins_nothing(reading: Reading) -> bool:
    told = [each for each in reading.said if not isinstance(each, NotAReferral)]
    requests = [each for each in told if isinstance(each, ReferralSaid) and each.action == "request"]
    return bool(told) and not requests
