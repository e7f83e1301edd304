"""The addresses of the workbench: its pages, signing in, one's own account."""

from collections.abc import Callable, Sequence

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from referloop.referral.problems import ProgramFault
from referloop.workbench.access import PERMISSIONS, may
from referloop.workbench.http import not_read, respond
from referloop.workbench.routes import ROUTES, Route
from referloop.workbench.signin import carrying, pages
from referloop.workbench.signin.entering import listen
from referloop.workbench.signin.mounted import mounted
from referloop.workbench.signin.proof import is_fresh


def checked(routes: Sequence[Route]) -> Sequence[Route]:
    """The same routes; the program does not start while one has a permission that nobody defined."""
    if wrong := [route.pattern for route in routes if route.permission not in PERMISSIONS - {"public"}]:
        raise ProgramFault(f"these pages say no permission that is known: {', '.join(wrong)}")
    return routes


def _page(route: Route) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, **named: object) -> HttpResponse:
        words = {name: str(value) for name, value in named.items()}
        if route.fresh and may(request.here.role, route.permission) and not is_fresh(request):
            return carrying.prove_first(request)
        if request.method == "POST":
            carrying.drop(request)  # what was carried has arrived, or was left for something else
        return respond(request, route, words, request.here, mounted(request).needs)

    return view


listen()
globals()["handler400"] = not_read  # Django asks for it by this name
urlpatterns = [
    path("sign-in", views.login, name="account_login"),
    path("sign-in/inactive", views.account_inactive, name="account_inactive"),
    path("sign-out", views.logout, name="account_logout"),
    path("account", pages.account, name="account"),
    path("account/password", views.password_change, name="account_change_password"),
    path("account/confirm", views.reauthenticate, name="account_reauthenticate"),
    path("account/first-factor", pages.first_factor, name="first_factor"),
    path("account/again", pages.again, name="again"),
    path("account/here", pages.still_here, name="still_here"),
    path("account/back", pages.back, name="back"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("version", pages.version, name="version"),
    *(path(route.pattern, _page(route)) for route in checked(ROUTES)),
]
