"""Reads the documents that come with a request or an answer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from referloop.exchange.fhir import security
from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.datatypes import coded
from referloop.exchange.fhir.lookup import Lookup, Where
from referloop.exchange.fhir.primitives import decoded
from referloop.exchange.fhir.references import split
from referloop.exchange.fhir.strict_json import encode
from referloop.messages import Attachment, Coded


def attachments(lookup: Lookup, owner: Where, references: Iterable[Json]) -> tuple[Attachment, ...]:
    """The documents among these references, each once; a document that did not come stays as a link."""
    found: dict[str, Attachment] = {}
    for reference in references:
        target = lookup.follow(owner, reference)
        listed = _missing(reference) if target is None else read(lookup, target)
        for one in listed:
            found.setdefault(one.id, one)
    return tuple(found.values())


def related(lookup: Lookup, request: Where) -> Iterator[Json]:
    """References to the documents of the same message that say they belong to a request."""
    for name, resource in lookup.of_kind("DocumentReference"):
        for one in parts(part(resource, "context"), "related"):
            target = lookup.follow(Where(name, resource), one)
            if target is not None and target.name == request.name:
                yield {"reference": name}


def read(lookup: Lookup, at: Where) -> Iterable[Attachment]:
    """Its documents, with the labels that the resource has."""
    reader = _READERS.get(at.kind)
    labels = security.labels([at.resource])
    return (_labelled(each, labels) for each in reader(lookup, at)) if reader else ()


def _labelled(one: Attachment, labels: tuple[str, ...]) -> Attachment:
    return replace(one, labels=tuple(sorted({*one.labels, *labels}))) if labels else one


def inline(raw: Json, id_: str, kind: Coded | None = None, title: str = "") -> Attachment:
    """A FHIR Attachment as it stands."""
    return Attachment(
        id=id_,
        title=text(raw, "title") or title,
        kind=kind or Coded(),
        media_type=text(raw, "contentType"),
        content=decoded(text(raw, "data")) or b"",
        link=text(raw, "url"),
    )


def _name(at: Where) -> str:
    """What identifies a document within its message, contained ones too."""
    return at.name if at.outer is at.resource else f"{at.name}#{text(at.resource, 'id')}"


def _document_reference(lookup: Lookup, at: Where) -> Iterator[Attachment]:
    kind, title = coded(part(at.resource, "type")), text(at.resource, "description")
    contents = parts(at.resource, "content")
    for position, content in enumerate(contents):
        raw = part(content, "attachment")
        binary = lookup.follow(at, {"reference": text(raw, "url")})
        labels: tuple[str, ...] = ()
        if binary is not None and binary.kind == "Binary":
            labels = security.labels([binary.resource])
            raw = {"title": text(raw, "title"), **binary.resource}
        one = inline(raw, _name(at) if len(contents) == 1 else f"{_name(at)}/{position + 1}", kind, title)
        yield _labelled(one, labels)


def _report(lookup: Lookup, at: Where) -> Iterator[Attachment]:
    kind = coded(part(at.resource, "code"))
    forms = parts(at.resource, "presentedForm")
    for position, raw in enumerate(forms):
        yield inline(raw, _name(at) if len(forms) == 1 else f"{_name(at)}/{position + 1}", kind)
    if not forms and text(at.resource, "conclusion"):
        content = text(at.resource, "conclusion").encode()
        yield Attachment(id=_name(at), title=kind.text, kind=kind, media_type="text/plain", content=content)


def _binary(lookup: Lookup, at: Where) -> Iterator[Attachment]:
    yield inline(at.resource, _name(at))


def _document_bundle(lookup: Lookup, at: Where) -> Iterator[Attachment]:
    """A FHIR document stays whole: its Composition says what it is."""
    first = next(iter(parts(at.resource, "entry")), {})
    heading = part(first, "resource")
    yield Attachment(
        id=_name(at),
        title=text(heading, "title"),
        kind=coded(part(heading, "type")),
        media_type="application/fhir+json",
        content=encode(at.resource),
        labels=security.labels([heading]),
    )


def _missing(reference: Json) -> Iterator[Attachment]:
    target = text(reference, "reference")
    if split(target).type in _READERS:
        yield Attachment(id=target, title=text(reference, "display"), link=target)


_READERS: dict[str, Callable[[Lookup, Where], Iterator[Attachment]]] = {
    "DocumentReference": _document_reference,
    "DiagnosticReport": _report,
    "Binary": _binary,
    "Bundle": _document_bundle,
}
