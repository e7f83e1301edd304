"""The pages about oneself, and what stands around each of them."""

from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from referloop.workbench.http import ROLE_WORDS
from referloop.workbench.signin.mounted import mounted


def version(request: HttpRequest) -> HttpResponse:
    """Whether the board has news: asked by pages that lie open."""
    return JsonResponse({"version": mounted(request).needs.version(request.here, request.GET.get("at", ""))})


def account(request: HttpRequest) -> HttpResponse:
    has_factor = get_adapter().is_mfa_enabled(request.user)
    return render(request, "account/account.html", {"has_factor": has_factor})


def surroundings(request: HttpRequest) -> dict[str, object]:
    """What every Django template of the workbench shows around itself."""
    theme = request.COOKIES.get("theme", "")
    here = getattr(request, "here", None)
    return {
        "here": here,
        "role_words": ROLE_WORDS.get(here.role, here.role) if here else "",
        "theme": theme if theme in ("light", "dark") else "",
        "ready": [(each, ROLE_WORDS.get(each.role, each.role)) for each in mounted(request).ready],
        "ready_password": mounted(request).password,
        "organization": mounted(request).organization,
    }


def unasked_host(request: HttpRequest) -> HttpResponse:
    # No template: its links would be made from the host that was asked for.
    return HttpResponse("This desk is not known under that address.\n", status=400, content_type="text/plain")
