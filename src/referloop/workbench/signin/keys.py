"""The keys of a desk, each derived from its root secrets for one purpose alone."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PAGES, FACTORS, FORMS = "pages", "second factors", "forms"


@dataclass(frozen=True, slots=True)
class Keys:
    """The newest root comes first: it seals, and all of them open."""

    roots: tuple[bytes, ...] = field(repr=False)

    def derived(self, purpose: str) -> list[bytes]:
        """One key of 32 bytes for each root."""
        return [
            HKDF(SHA256(), 32, salt=None, info=f"referloop {purpose}".encode()).derive(root)
            for root in self.roots
        ]

    def seal(self, purpose: str, text: str) -> str:
        return self._ring(purpose).encrypt(text.encode()).decode()

    def opened(self, purpose: str, sealed: str) -> str | None:
        """None where no root of ours sealed it so."""
        try:
            return self._ring(purpose).decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def renewed(self, purpose: str, sealed: str) -> str | None:
        """The same under the newest root; None where it stands under that already, or cannot be opened."""
        newest = Keys(self.roots[:1])
        text = None if newest.opened(purpose, sealed) is not None else self.opened(purpose, sealed)
        return None if text is None else newest.seal(purpose, text)

    def _ring(self, purpose: str) -> MultiFernet:
        return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in self.derived(purpose)])
