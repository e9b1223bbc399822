"""Settings, from the environment and .env. Every name is listed in .env.example, each with a sentence."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from vital import local

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")
BOOLEANS = {"true", "false", "1", "0", "yes", "no", "on", "off"}


def setting(kind: str, name: str, default):
    """A setting of a kind that django-environ knows; empty is unset, and a malformed one is an error that names it."""
    if not (given := env.str(name, default="")):
        return default
    try:
        if kind == "bool" and given.lower() not in BOOLEANS:
            raise ValueError("write true or false")
        return getattr(env, kind)(name)
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is malformed: {error}. .env.example shows what it looks like.") from error


def required(name: str, why: str) -> str:
    if value := env.str(name, default=""):
        return value
    raise ImproperlyConfigured(f"{name} is missing: {why} .env.example shows what it looks like.")


def database(name: str) -> dict:
    """The database that a setting's address names."""
    address = env.str(name)
    if not address.startswith(("postgresql://", "postgres://")) or not (parsed := env.db_url(name))["NAME"]:
        raise ImproperlyConfigured(f"{name} is malformed: it looks like postgresql://vital_app:password@host/vital.")
    return parsed


# -- Where we run. Without DATABASE_URL: on somebody's own machine, with a database of our own.
LOCAL = not env.str("DATABASE_URL", default="")
DATA_DIR = (BASE_DIR / setting("str", "DATA_DIR", ".data")).resolve()
DEBUG = setting("bool", "DEBUG", False)
HTTPS = setting("bool", "HTTPS", not LOCAL)
SECRET_KEY = local.secret_key(DATA_DIR) if LOCAL else required("SECRET_KEY", "sessions are signed with it.")
ALLOWED_HOSTS = [*setting("list", "ALLOWED_HOSTS", []), "localhost", "127.0.0.1", "[::1]"]  # those for health checks
CSRF_TRUSTED_ORIGINS = setting("list", "CSRF_TRUSTED_ORIGINS", [])
PROXIES = setting("int", "PROXIES", 0)

# -- Database: the application's log-in, and, only where somebody migrates, the owner's.
DATABASES = {"default": local.database(DATA_DIR, "vital_app") if LOCAL else database("DATABASE_URL")}
if LOCAL:
    DATABASES["owner"] = local.database(DATA_DIR, "vital_migrator")
elif env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = database("DATABASE_OWNER_URL")
for each in DATABASES.values():
    each |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
if "owner" in DATABASES:
    DATABASES["owner"]["OPTIONS"] = DATABASES["owner"].get("OPTIONS", {}) | {"assume_role": "vital_owner"}
DATABASE_ADMIN_URL = setting("str", "DATABASE_ADMIN_URL", "")  # setup_database only

INSTALLED_APPS = [
    "vital",
    "unfold",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "import_export",
    "procrastinate.contrib.django",
    "axes",
    "csp",
    "vital.tenancy",
    "vital.organisation",
    "lookups",
    "personas",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "vital.security.HeadersMiddleware",
    "vital.security.StrangersMiddleware",  # before whatever reads a cookie
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vital.tenancy.middleware.IdleSessionMiddleware",
    "axes.middleware.AxesMiddleware",
    "vital.tenancy.middleware.TenantMiddleware",  # last: its transaction holds the view and its rendering
]
ROOT_URLCONF = "vital.urls"
WSGI_APPLICATION = "vital.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
# Nothing is kept between requests: what one tenant's page cached, another tenant's could show.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# -- People
AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 5
AXES_USERNAME_FORM_FIELD = "username"  # which holds the e-mail address
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_CLIENT_IP_CALLABLE = "vital.security.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_ENABLE_ADMIN = False

# -- What leaves the house: links in e-mails, the e-mails themselves, calls of webhooks
HERE = f"http{'s' if HTTPS else ''}://{ALLOWED_HOSTS[0]}{':' + env.str('PORT', default='8000') if LOCAL else ''}"
PUBLIC_URL = setting("str", "PUBLIC_URL", HERE).rstrip("/")
vars().update(setting("email_url", "EMAIL_URL", env.email_url_config("consolemail://" if DEBUG else "dummymail://")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = setting("str", "EMAIL_FROM", f"VITAL Personas <no-reply@{urlsplit(PUBLIC_URL).hostname}>")
WEBHOOK_PRIVATE_ADDRESSES = setting("bool", "WEBHOOK_PRIVATE_ADDRESSES", False)

# -- What makes PDFs and pictures of pages
CHROMIUM = setting("str", "CHROMIUM", "")  # empty: the usual names are tried

# -- What is asked of personas that are seeded
SEEDING_RULES = setting("list", "SEEDING_RULES", [])  # Python modules with rules of a team

# -- Protection
SESSION_COOKIE_AGE = int(timedelta(minutes=setting("int", "IDLE_MINUTES", 60)).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "vital.security.stale_form"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked over plain HTTP, from beside the process
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Why eval and inline styles: docs/decisions/0005-unfold-and-its-content-policy.md
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
TENANT_GUARD_RAISES = DEBUG

# -- Files, time, language
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
if DEBUG:
    STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Of flat tables; a workbook is parsed by no web server, and goes through the import page.
FLAT_FORMATS = [f"personas.exchange.formats.{name}" for name in ("CSV", "TSV", "JSON", "YAML", "XLSX")]
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# -- The admin's looks; where things stand in its sidebar is in vital/navigation.py
UNFOLD = {
    "SITE_TITLE": "VITAL Personas",
    "SITE_HEADER": "VITAL Personas",
    "SITE_SUBHEADER": "vital.navigation.tenant_name",
    "SITE_SYMBOL": "diversity_3",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "vital.navigation.favicon"}],
    "STYLES": ["vital.navigation.stylesheet"],
    "SCRIPTS": ["vital.navigation.script"],
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "personas.admin.dashboard.home",
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "oklch(97.4% .016 187)",
            "100": "oklch(94.2% .037 187)",
            "200": "oklch(89.2% .067 187)",
            "300": "oklch(82.2% .099 187)",
            "400": "oklch(73.2% .112 187)",
            "500": "oklch(63.4% .105 187)",
            "600": "oklch(51.5% .088 187)",
            "700": "oklch(44.2% .075 187)",
            "800": "oklch(38.2% .063 187)",
            "900": "oklch(33.4% .053 187)",
            "950": "oklch(24.2% .040 187)",
        }
    },
    "ACCOUNT": {"navigation": [{"title": "Change password", "link": reverse_lazy("admin:password_change")}]},
    "COMMAND": {
        "search_models": [
            "personas.persona",
            "organisation.function",
            "organisation.department",
            "organisation.role",
        ]
    },
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": "vital.navigation.sidebar"},
    "LOGIN": {"form": "vital.security.LogInForm"},
}
