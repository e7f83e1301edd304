"""What reading and sending documents needs: their pages as pictures, and letters and packets as PDF."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from referloop.paper.asked import Counted, Fault, Made, Page
from referloop.workbench.asking import Here

SMALL_AT_ONCE = 12
WIDTHS = (1_100, 1_700, 2_500)  # of a page at each step of zooming, in dots


class PaperNeeds(Protocol):
    """See `needs.Needs`. Whatever a document does, it does to a child process with limits."""

    def page(self, here: Here, referral: str, digest: str, number: int, width: int) -> Page | Fault | None:
        """None where this referral shows no such document to whoever asks, or only its name is here."""

    def small(self, here: Here, referral: str, digest: str, number: int) -> bytes | None: ...
    def counted(self, here: Here, referral: str, digests: Sequence[str]) -> Mapping[str, int | Fault]:
        """How many pages each has, of those whose content is here."""

    def joined(
        self, here: Here, referral: str, title: str, before: Sequence[bytes], digests: Sequence[str]
    ) -> Made | Fault: ...
    def written(self, template: str, values: Mapping[str, Any]) -> Made | Fault: ...
    def looked_at(self, kind: str, content: bytes) -> Counted | Fault:
        """Whether what somebody sends can be read at all."""
