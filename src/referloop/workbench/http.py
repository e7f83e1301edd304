"""Between Django and the pages: requests become asks, answers become responses, and every one is guarded."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.views.defaults import bad_request
from markupsafe import Markup

from referloop.workbench.access import may
from referloop.workbench.asking import Answer, Ask, Download, Go, Here, Page, Value
from referloop.workbench.incoming import address_refused, form_refused, name_of_form, plain
from referloop.workbench.limits import limits
from referloop.workbench.needs import Needs
from referloop.workbench.noting import noted
from referloop.workbench.rendering import render
from referloop.workbench.routes import RAIL, Route

ROLE_WORDS = {
    "junior": "junior specialist", "specialist": "specialist", "senior": "senior specialist", "lead": "lead",
    "nurse": "nurse", "clinician": "referring clinician", "receiving-office": "receiving office",
    "compliance": "compliance officer", "administrator": "administrator",
}  # fmt: skip
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
_SAFE = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STARTS = (("/", "work"), ("/compliance", "audit"), ("/settings", "settings-read"))
_SAID = "said"
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_HEADER_SIZE = "header size exceeded"  # Django has no class of its own for a part's headers
_REFUSED = Page("refused.html", {"says": "This is not for your role.", "remedy": "Ask your lead."}, 403)


def respond(
    request: HttpRequest, route: Route, path: Mapping[str, str], here: Here, needs: Needs
) -> HttpResponse:
    """One request of somebody who is signed in, answered only as their role allows."""
    if request.method not in route.methods:
        response = HttpResponse(status=405)
        response.headers["Allow"] = ", ".join(route.methods)
        return response
    if not may(here.role, route.permission):
        answer: Answer = _REFUSED if route.pattern else Go(start_of(here.role))
    elif refused := _refused(request, route, path):
        answer = refused
    else:
        answer = route.view(ask_of(request, path, here), needs)
    named = {**request.GET.dict(), **request.POST.dict()}
    if note := noted(route.pattern, request.method or "", path, named, answer):
        needs.accesses.note(here, note)
    return sent(request, answer, route, here, needs)


def start_of(role: str) -> str:
    """Where somebody in this role begins: at their own work, or at what they watch over."""
    return next((to for to, permission in _STARTS if may(role, permission)), "/account")


def _refused(request: HttpRequest, route: Route, path: Mapping[str, str]) -> Page | None:
    """What is wrong with the request itself, before any page reads it."""
    form, files = (dict(each.lists()) for each in (request.POST, request.FILES))
    return address_refused(route.pattern, dict(request.GET.lists())) or (
        form_refused(route.pattern, path, form, files) if request.method == "POST" else None
    )


def ask_of(request: HttpRequest, path: Mapping[str, str], here: Here) -> Ask:
    files = {name: (file.name or "", file.read()) for name, file in request.FILES.items()}
    form = dict(request.POST.lists())
    who = f"{here.user}@{here.organization}"
    name = name_of_form(who, request.path, form, [content for _, content in files.values()])
    return Ask(
        method=request.method or "GET",
        here=replace(here, form=name),
        path=path,
        query=request.GET.dict(),
        form={name: plain(values[-1]) for name, values in form.items() if name != "csrfmiddlewaretoken"},
        lists={name: [plain(value) for value in values] for name, values in form.items()},
        files=files,
    )


def sent(request: HttpRequest, answer: Answer, route: Route, here: Here, needs: Needs) -> HttpResponse:
    match answer:
        case Page():
            shows = {**surroundings(request, route, here, needs), **answer.shows}
            response = HttpResponse(render(answer.template, shows), status=answer.status)
        case Go():
            if answer.said:
                request.session[_SAID] = answer.said
            response = HttpResponseRedirect(answer.to, status=303)
        case Value():
            body = msgspec.json.encode(answer.value)
            response = HttpResponse(body, status=answer.status, content_type="application/json")
        case Download():
            response = HttpResponse(answer.content, content_type=answer.media_type)
            how = "inline" if answer.inline else "attachment"
            response.headers["Content-Disposition"] = f'{how}; filename="{answer.name}"'
    for name, value in _SAFE.items():
        response.headers.setdefault(name, value)
    return response


def surroundings(request: HttpRequest, route: Route, here: Here, needs: Needs) -> dict[str, Any]:
    """What the shell around every page shows."""
    theme = request.COOKIES.get("theme", "")
    return {
        "here": here,
        "place": route.place,
        "rail": [entry[:4] for entry in RAIL if may(here.role, entry[4])],
        "role_words": ROLE_WORDS,
        "said": request.session.pop(_SAID, "") if _SAID in request.session else "",
        "csrf": csrf_field(request),
        "theme": theme if theme in ("light", "dark") else "",
        "static": static,
        "version": needs.version(here, request.path),
        "idle": int(limits(here.role)[0].total_seconds()),
        "may": lambda permission: may(here.role, permission),
    }


def not_read(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's refusal of a request it cannot read, with the status that says when it is only too large."""
    response: HttpResponse = bad_request(request, exception)
    too_many_headers = isinstance(exception, MultiPartParserError) and _HEADER_SIZE in str(exception)
    if isinstance(exception, _TOO_LARGE) or too_many_headers:
        response.status_code = 413
    return response


def csrf_field(request: HttpRequest) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))
