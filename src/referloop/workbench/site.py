"""Django as the workbench needs it: set up once in a process, over the database of sign-ins."""

import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import allauth.account
import allauth.mfa
import django
from django.conf import settings
from django.core.signals import got_request_exception
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from whitenoise import WhiteNoise

from referloop.workbench.edge import edged

_log = logging.getLogger("referloop")
HERE = Path(__file__).parent
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# allauth's own folders hold the scripts that talk to a passkey
_SHOWN = (
    HERE / "static",
    HERE / "signin" / "static",
    *(Path(each.__path__[0]) / "static" for each in (allauth.account, allauth.mfa)),
)
_RULES = "django.contrib.auth.password_validation"
_SIGN_IN: Mapping[str, Any] = {
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"{_RULES}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{_RULES}.UserAttributeSimilarityValidator"},
        {"NAME": f"{_RULES}.CommonPasswordValidator"},
    ],
    "LOGIN_URL": "/sign-in",
    "LOGIN_REDIRECT_URL": "/",
    "ACCOUNT_LOGOUT_REDIRECT_URL": "/sign-in",
    "ACCOUNT_ADAPTER": "referloop.workbench.signin.accounts.DeskAccounts",
    "ACCOUNT_FORMS": {"login": "referloop.workbench.signin.accounts.SignInForm"},
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*", "password2*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_SESSION_REMEMBER": False,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
    # For one name the wait is a minute, and its passkey always opens: no stranger locks anybody out.
    "ACCOUNT_RATE_LIMITS": {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,10/60s/key",
        # Whoever guesses codes knows the password already; a passkey opens all the same.
        "code_failed": "20/d/key",
    },
    "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_WEBAUTHN_USER_VERIFICATION": "required",
    "MFA_TOTP_TOLERANCE": 1,  # RFC 6238, 5.2: one step of delay
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_FORMS": {
        "add_webauthn": "referloop.workbench.signin.forms.PasskeyForm",
        "authenticate": "referloop.workbench.signin.forms.CodeForm",
        "reauthenticate": "referloop.workbench.signin.forms.CodeAgainForm",
        "activate_totp": "referloop.workbench.signin.forms.AppForm",
    },
    "MFA_ADAPTER": "referloop.workbench.signin.accounts.DeskFactors",
    "MFA_TOTP_ISSUER": "Referloop",
}  # fmt: skip
_SESSION: Mapping[str, Any] = {
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_AGE": None,
}
_STACK = [
    "referloop.workbench.signin.keeping.guarded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "referloop.workbench.signin.keeping.kept",
    "referloop.workbench.signin.factors.enrolled",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # for all that does not say otherwise
    "allauth.account.middleware.AccountMiddleware",
]
_TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "signin" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "referloop.workbench.signin.pages.surroundings",
            ]
        },
    }
]


def configure(
    database: Mapping[str, Any] | None = None,
    *,
    secrets: Sequence[str] = (),
    secure: bool = False,
    proxies: int = 0,
) -> None:
    """Set Django up; a second call in a process only moves it to another database and other secrets.

    The first of the secrets signs sessions; what the others signed still counts.
    """
    if not settings.configured:
        _configure(dict(database or {}), proxies)
    elif database:
        for each in connections.all(initialized_only=True):
            each.close()
            del connections[each.alias]
        connections.settings = connections.configure_settings({"default": dict(database)})
    if secrets:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secrets[0], list(secrets[1:])
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure
    # Of a name with this beginning a browser believes that no other host or path has set it.
    bound = "__Host-" if secure else ""
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = f"{bound}sessionid", f"{bound}csrftoken"


def workbench() -> Wsgi:
    """The whole of the workbench as an application, static files included."""
    get_resolver().url_patterns  # noqa: B018  read now: a page without a permission must not start
    files = WhiteNoise(get_wsgi_application(), immutable_file_test=lambda path, url: True)
    for folder in _SHOWN:
        files.add_files(str(folder), prefix=settings.STATIC_URL)
    return edged(files)


def _configure(database: dict[str, Any], proxies: int) -> None:
    settings.configure(
        ROOT_URLCONF="referloop.workbench.urls",
        SECRET_KEY=token_urlsafe(32),  # until somebody gives one that outlives the process
        ALLOWED_HOSTS=["*"],  # the workbench knows its hosts by mount; FHIR sends back what its sender wrote
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "humanize")),
            *("allauth", "allauth.account", "allauth.mfa"),
        ],
        MIDDLEWARE=_STACK,
        TEMPLATES=_TEMPLATES,
        DATABASES={"default": database},
        CACHES={
            "default": {  # counts attempts, for all web processes together
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "attempts",
                "OPTIONS": {"MAX_ENTRIES": 100_000},
            }
        },
        STATIC_URL=f"/static/{_digest()}/",
        ALLAUTH_TRUSTED_PROXY_COUNT=proxies,
        USE_I18N=False,
        USE_TZ=True,
        LOGGING_CONFIG=None,
        APPEND_SLASH=False,
        **_SESSION,
        **_SIGN_IN,
    )
    django.setup()
    got_request_exception.connect(_tell)
    for name in ("django.request", "django.security"):
        # They would log the address of each refused request, which may name a patient.
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _digest() -> str:
    """Names what the static files hold, so that a browser keeps them for ever."""
    files = sorted(file for folder in _SHOWN for file in folder.rglob("*") if file.is_file())
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _tell(**signal: object) -> None:
    """Say that a page failed: where and of which kind alone, for the words may quote a message."""
    kind, _, trail = sys.exc_info()
    if kind and trail:
        place = traceback.extract_tb(trail)[-1]
        _log.error("a page failed: %s in %s, line %s", kind.__name__, place.name, place.lineno)
