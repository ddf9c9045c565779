"""Django's settings, from the environment; see docs/operations/settings.md."""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy

from machikumo.kernel.tenancy.roles import ROLES
from machikumo.site import environment

ENVIRONMENT = environment.read()
VAR = ENVIRONMENT.var
PUBLIC_ADDRESS = ENVIRONMENT.public_address
MACHIKUMO_KEYS = ENVIRONMENT.keys
_DATABASE = environment.database(ENVIRONMENT)

SECRET_KEY = environment.secret(ENVIRONMENT, "django")
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
ROOT_URLCONF = "machikumo.site.urls"
WSGI_APPLICATION = "machikumo.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisations.Account"
SITE_ID = None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "machikumo.organisations",  # before allauth: its templates stand in for the library's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "machikumo.kernel.tenancy",
    "machikumo.kernel.ledger",
    "machikumo.kernel.numbers",
    "machikumo.kernel.ui",
    "machikumo.kernel.approvals",
    "machikumo.kernel.releases",
    "machikumo.kernel.tasks",
    "machikumo.kernel.jobs",
    "machikumo.kernel.files",
    "machikumo.gaiji",
    "machikumo.questions",
    "machikumo.layouts",
    "machikumo.definitions",
    "machikumo.operations",
    "machikumo.oversight",
    "machikumo.site",
    "machikumo.register",
    "machikumo.rehearsals",
    "machikumo.cutover",
    "machikumo.feeds",
    "machikumo.certificates",
    "machikumo.comparisons",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "machikumo.kernel.ui.names_font.NamesFont",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "machikumo.kernel.ui.language.LanguageMiddleware",
    "machikumo.organisations.hosts.TenantHost",
    "django.middleware.common.CommonMiddleware",
    "machikumo.kernel.ui.uploads.UploadLimit",  # before the one that reads the body for its token
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "machikumo.kernel.ui.errors.ErrorPages",
    "machikumo.organisations.middleware.SharedDesk",  # after ErrorPages: it may answer an error first
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "machikumo.kernel.ui.context.frame",
            ],
        },
    }
]


def _connection(alias: str) -> dict[str, Any]:
    """One role's connection; a pooler in transaction mode keeps neither cursors nor prepared statements."""
    role = ROLES[alias]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _DATABASE.name,
        "HOST": _DATABASE.host,
        "PORT": _DATABASE.port,
        "USER": role,
        "PASSWORD": environment.secret(ENVIRONMENT, f"database-{role}"),
        "CONN_MAX_AGE": 60 if alias == "default" else 0,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": ENVIRONMENT.pooled,
        "OPTIONS": {"prepare_threshold": None} if ENVIRONMENT.pooled else {},
    }


DATABASES = {
    alias: _connection(alias) for alias in ("default", "auditor", "sealer", "publisher", "public", "migration")
}
DATABASE_ROUTERS = ["machikumo.kernel.tenancy.routers.RoleRouter"]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
TIME_ZONE = ENVIRONMENT.time_zone
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

LOGIN_URL = reverse_lazy("sign_in")
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "machikumo_cache",
        "KEY_FUNCTION": "machikumo.kernel.tenancy.caching.tenant_key",
    }
}
ACCOUNT_ADAPTER = "machikumo.organisations.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/300s/key"}  # an office shares one address
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies  # without it one proxy is one caller: all would be shut out
MFA_ADAPTER = "machikumo.organisations.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "machikumo.organisations.forms.PasskeyForm",
    "edit_webauthn": "machikumo.organisations.forms.PasskeyNameForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey counts as two factors only with finger, face or PIN
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.https
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "machikumo.organisations.adapters.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: the policy for forms keeps them on this host
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": environment.sign_in_providers(ENVIRONMENT)}
}
FEEDS_FOLDER = ENVIRONMENT.feeds
MOVE_IN_KEPT_DAYS = ENVIRONMENT.move_in_days
EXPORT_KEPT_DAYS = ENVIRONMENT.export_days
UPLOAD_MEGABYTES = ENVIRONMENT.upload_megabytes
SECOND_FACTOR_KEY = environment.fernet_key(ENVIRONMENT, "second-factor")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "machikumo_session"
CSRF_COOKIE_NAME = "machikumo_csrf"
CSRF_FAILURE_VIEW = "machikumo.kernel.ui.errors.csrf_failure"
SECURE_SSL_REDIRECT = False  # the proxy in front does it; the product never answers plain HTTP to the outside
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
