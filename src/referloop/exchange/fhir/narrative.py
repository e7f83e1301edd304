"""Whether a narrative is only formatted text: no scripts, frames, event attributes or entities of its own."""

import re
from html.entities import html5
from xml.etree.ElementTree import ParseError, XMLParser

# fmt: off
_ACTIVE_TAGS = frozenset((
    "script", "iframe", "object", "embed", "frame", "frameset", "applet", "base", "meta", "link", "form",
    "input", "button", "textarea", "select", "svg", "math", "style", "video", "audio", "template", "noscript",
))
# fmt: on
_ACTIVE_LINK = re.compile(r"(?:javascript|vbscript|data):(?!image/(?:png|jpeg|gif))", re.IGNORECASE)
_HIDDEN_IN_LINKS = re.compile(r"[\x00-\x20]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31};)")
_OF_XML = frozenset(("lt;", "gt;", "amp;", "quot;", "apos;"))


class _ActiveContentError(Exception):
    """Stops the parser at the first thing that is no formatted text."""


def is_plain_text(div: str) -> bool:
    """Whether this is one XHTML `div` of formatted text (http://hl7.org/fhir/R4/narrative.html#security)."""
    parser = XMLParser(target=_FormattedText())  # noqa: S314  (a document type is refused where it begins)
    try:
        parser.feed(_ENTITY.sub(_character, div))
        parser.close()
    except (_ActiveContentError, ParseError, UnicodeEncodeError):
        return False
    return div.lstrip().startswith("<div")


class _FormattedText:
    """What the parser tells of its finds; text is left alone."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition("}")[2].lower() in _ACTIVE_TAGS:
            raise _ActiveContentError
        for name, value in attributes.items():
            link = _HIDDEN_IN_LINKS.sub("", value)
            if (
                name.rpartition("}")[2].lower().startswith("on")
                or _ACTIVE_LINK.match(link)
                or "expression(" in link.lower()
            ):
                raise _ActiveContentError

    def doctype(self, *_: object) -> None:
        raise _ActiveContentError

    def pi(self, *_: object) -> None:
        raise _ActiveContentError

    def close(self) -> None:
        """The parser asks for a result; there is none."""


def _character(entity: re.Match[str]) -> str:
    """HTML's named characters, which the standard allows and XML does not know."""
    name = entity[1]
    return entity[0] if name in _OF_XML else html5.get(name, entity[0])
