"""The pages about oneself, and what stands around each of them."""

from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from referloop.workbench.access import may
from referloop.workbench.http import ROLE_WORDS, start_of
from referloop.workbench.limits import limits
from referloop.workbench.presenters.presence import in_words
from referloop.workbench.signin.carrying import carried
from referloop.workbench.signin.factors import OFFERED, accepted, owes_factor
from referloop.workbench.signin.mounted import mounted
from referloop.workbench.tour import GOOD_FOR


def version(request: HttpRequest) -> HttpResponse:
    """Whether a place has news, and on a referral who else is there: asked by pages that lie open."""
    needs, here, at = mounted(request).needs, request.here, request.GET.get("at", "")
    said = {"version": needs.version(here, at)}
    referral = at.removeprefix("/referrals/")
    if referral != at and may(here.role, "record"):
        there = needs.presence.others(here, referral, writing=request.GET.get("writing") == "1")
        said["others"] = " ".join(in_words(there, here.zone))
    return JsonResponse(said)


def account(request: HttpRequest) -> HttpResponse:
    has_factor = get_adapter().is_mfa_enabled(request.user)
    return render(request, "account/account.html", {"has_factor": has_factor})


def first_factor(request: HttpRequest) -> HttpResponse:
    """Where whoever has no second factor yet is led to."""
    if not owes_factor(request):
        return HttpResponseRedirect(start_of(request.here.role))
    return render(request, "account/first_factor.html", {"takes_app": "totp" in accepted(request.here.role)})


def again(request: HttpRequest) -> HttpResponse:
    """What was sent before the sign-in, for its sender to send once more."""
    it = carried(request)
    if it is None:
        return HttpResponseRedirect(start_of(request.here.role))
    shown = [(name.replace("_", " ").replace("-", " "), value) for name, value in it.fields if value.strip()]
    return render(request, "account/again.html", {"it": it, "shown": shown})


def still_here(request: HttpRequest) -> HttpResponse:
    """Whether the sign-in still holds: asked by pages that lie open, which is nobody at work."""
    return JsonResponse({"here": True})


def back(request: HttpRequest) -> HttpResponse:
    """The end of a sign-in inside a page that was locked; the page reads here who came back."""
    return render(request, "account/back.html")


def surroundings(request: HttpRequest) -> dict[str, object]:
    """What every Django template of the workbench shows around itself."""
    theme = request.COOKIES.get("theme", "")
    here = getattr(request, "here", None)
    return {
        "here": here,
        "role_words": ROLE_WORDS.get(here.role, here.role) if here else "",
        "theme": theme if theme in ("light", "dark") else "",
        "idle_minutes": int(limits(here.role)[0].total_seconds() // 60) if here else 0,
        "longest_hours": int(limits(here.role)[1].total_seconds() // 3600) if here else 0,
        "factor_offered": mounted(request).second_factor == OFFERED,
        "start": start_of(here.role) if here else "/",
        "ready": [
            (each, ROLE_WORDS.get(each.role, each.role), GOOD_FOR.get(each.role, ""))
            for each in mounted(request).ready
        ],
        "ready_password": mounted(request).password,
        "organization": mounted(request).organization,
    }


def unasked_host(request: HttpRequest) -> HttpResponse:
    # No template: its links would be made from the host that was asked for.
    return HttpResponse("This desk is not known under that address.\n", status=400, content_type="text/plain")
