"""Between Django and the pages: requests become asks, answers become responses, and every one is guarded."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.templatetags.static import static
from markupsafe import Markup

from referloop.workbench.access import may
from referloop.workbench.asking import Answer, Ask, Download, Go, Here, Page, Value
from referloop.workbench.needs import Needs
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
_SAID = "said"
MOST_LETTERS = 20_000
_REFUSED = Page("refused.html", {"says": "This is not for your role.", "remedy": "Ask your lead."}, 403)
_TOO_LONG = Page("refused.html", {"says": "A field is too long.", "remedy": "Shorten it."}, 422)


def respond(
    request: HttpRequest, route: Route, path: Mapping[str, str], here: Here, needs: Needs
) -> HttpResponse:
    """One request of somebody who is signed in, answered only as their role allows."""
    if request.method not in route.methods:
        response = HttpResponse(status=405)
        response.headers["Allow"] = ", ".join(route.methods)
        return response
    if not may(here.role, route.permission):
        answer: Answer = _REFUSED
    elif any(len(value) > MOST_LETTERS for values in request.POST.lists() for value in values[1]):
        answer = _TOO_LONG
    else:
        answer = route.view(ask_of(request, path, here), needs)
    return sent(request, answer, route, here, needs)


def ask_of(request: HttpRequest, path: Mapping[str, str], here: Here) -> Ask:
    return Ask(
        method=request.method or "GET",
        here=here,
        path=path,
        query=request.GET.dict(),
        form={name: value for name, value in request.POST.dict().items() if name != "csrfmiddlewaretoken"},
        lists={name: values for name, values in request.POST.lists()},
        files={name: (file.name or "", file.read()) for name, file in request.FILES.items()},
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
        "may": lambda permission: may(here.role, permission),
    }


def csrf_field(request: HttpRequest) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))
