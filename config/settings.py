"""Every setting of Doorstep, read from the environment, with defaults that run on a bare machine."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from config import clock, embedded, sso, tiles

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or embedded.secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

# How many proxies of ours stand in front; a sender's own X-Forwarded-For is not believed.
NUM_PROXIES = env.int("NUM_PROXIES", 0)
# Behind a proxy that speaks TLS: cookies only over it, and browsers are told to keep to it.
if env.bool("BEHIND_TLS", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000)

INSTALLED_APPS = [
    # First, so that their templates win over the admin's own.
    "web.shared",
    "web.console",
    "web.field",
    "web.insight",
    "web.portal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_fsm",
    "django_htmx",
    "django_filters",
    "import_export",
    "config.sign_ins.SignIns",  # axes
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "customers",
    "technicians",
    "dispatch",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.shared.middleware.PersonMiddleware",
    "config.roles.RoleGate",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "technicians.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# The application's role may not alter tables nor rewrite the event log (H-N2); what migrates runs as the owner.
_DATABASE_URL = env.str("DATABASE_URL", "")
if env.bool("DOORSTEP_AS_OWNER", False):
    _DATABASE_URL = env.str("DATABASE_OWNER_URL", "") or _DATABASE_URL or embedded.owner_database_url()
APPLICATION_ROLE = dj_database_url.parse(env.str("DATABASE_URL", "") or embedded.database_url())["USER"]
DATABASES = {
    # Kept for the life of a thread, and tried before use: a restarted PostgreSQL heals without us.
    "default": dj_database_url.parse(
        _DATABASE_URL or embedded.database_url(), conn_max_age=None, conn_health_checks=True
    )
}
# A request that waits longer than this for another's lock is told to try again, it does not hang.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {"options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s", "connect_timeout": 5}
)

REDIS_URL = env.str("REDIS_URL", "") or embedded.redis_url()

# Where pages open their live stream: at the web server, or at processes of their own (config.live) behind this address.
LIVE_URL = env.str("LIVE_URL", "/live/")
_LIVE_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(LIVE_URL))] if "://" in LIVE_URL else []

# A road server for travel times: osrm or valhalla, and where it is. Empty: estimated from the straight line.
TRAVEL_PROVIDER = env.str("TRAVEL_PROVIDER", "").strip().lower()
TRAVEL_URL = env.str("TRAVEL_URL", "").strip()
TRAVEL_TIMEOUT = env.float("TRAVEL_TIMEOUT", 5.0)  # seconds for all that one plan asks it

# The map's background: MAP_TILES_URL, _ATTRIBUTION, _LINK, _MAX_ZOOM, _CRS (wgs84 or gcj02), _SUBDOMAINS. Empty: none.
MAP_TILES = tiles.read(env)

# Everything comes from ourselves: no inline script or style runs, nobody frames us, forms go nowhere else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, *_LIVE_ORIGIN],
        "style-src": [SELF, NONCE],  # the nonce only where a page has sheets within
        "img-src": [SELF, "data:", "blob:", *tiles.image_hosts(MAP_TILES)],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Five wrong tries for a name from one place, then a pause of a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "web.shared.doors.address_of"
AXES_LOCKOUT_CALLABLE = "web.shared.doors.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]

# Single sign-on (config.sso): OIDC_SERVER, _CLIENT_ID, _SECRET and more. Off unless these three are set.
OIDC = sso.read(env)
SOCIALACCOUNT_PROVIDERS = sso.providers(OIDC)
SOCIALACCOUNT_ADAPTER = "web.shared.sso.SocialAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
ACCOUNT_ADAPTER = "web.shared.sso.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"

# Time is UTC in the database; a person sees the zone of their outlet.
USE_TZ = True
TIME_ZONE = "UTC"
CENTRE_ZONE = env.str("CENTRE_ZONE", "")  # what those without an outlet see; empty: the first outlet's
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = embedded.VAR / "static"
# What npm brought (config/npm.sh), of each library only what browsers load.
LIBRARIES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    (f"lib/{name}", folder)
    for name in ("signature_pad", "leaflet", "gcoord", "chart.js")
    if (folder := LIBRARIES / name / "dist").is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.str("STATICFILES_STORAGE", "config.static_files.OwnStorage")},
}
MEDIA_ROOT = embedded.VAR / "media"

# What customers wrote must not run as a formula in somebody's spreadsheet.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# A body that is not a file is small (bytes); config.server refuses larger ones before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_BYTES = 60_000_000  # a film and some photos

REST_FRAMEWORK = {
    # Tokens first, so that who is not signed in hears 401, not 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "dispatch.api.credentials.ByToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["dispatch.api.wire.StrictJson"],
    "DEFAULT_RENDERER_CLASSES": ["dispatch.api.wire.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "dispatch.api.wire.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "dispatch.api.problems.handle",
    "NUM_PROXIES": NUM_PROXIES,
}
KNOX_TOKEN_MODEL = "technicians.ApiToken"
MIGRATION_MODULES = {"knox": None}  # its migrations make its own table though ours takes its place
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "AUTH_HEADER_PREFIX": "Token", "TOKEN_MODEL": KNOX_TOKEN_MODEL}
SPECTACULAR_SETTINGS = {
    "TITLE": "Doorstep",
    "DESCRIPTION": "Service orders from the first call to the last callback. Errors are RFC 9457 problem details.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "PREPROCESSING_HOOKS": ["dispatch.api.schema.only_versioned"],
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "dispatch.models.State",
        "CallbackStateEnum": "dispatch.models.Callback.STATES",
        "RepairOutcomeEnum": "dispatch.models.Outcome",
        "CallbackOutcomeEnum": "dispatch.models.Callback.OUTCOMES",
        "EscalationEnum": "dispatch.models.Escalation",
        "ClaimKindEnum": "dispatch.models.ClaimKind",
        "PaperKindEnum": "dispatch.models.PaperKind",
        "PhotoKindEnum": "dispatch.models.PhotoKind",
        "CallbackKindEnum": "dispatch.models.CallbackKind",
        "LoanerConditionEnum": "technicians.models.Condition",
        "ExcludedEnum": "dispatch.actions.warranty.FINDINGS",
        "BillMethodEnum": "dispatch.models.Bill.METHODS",
        "BookLineKindEnum": "dispatch.models.LineKind",
        "PlanStateEnum": "dispatch.models.PlanState",
        "MoveStateEnum": "dispatch.models.MoveState",
        "PayMethodEnum": "dispatch.models.PayMethod",
        "QuoteStatusEnum": "dispatch.models.QuoteStatus",
        "VisitStatusEnum": "dispatch.models.VisitStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dispatch.api.schema.add_problems",
    ],
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
# A task that dies with its worker is done again; one that hangs is ended long before it would be handed out twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_keepalive": True,
    "health_check_interval": 5,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 250_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(embedded.VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Expires, so that no more than a few wait while the workers are away; long enough for clocks that differ a little.
    "sweep": {"task": "dispatch.tasks.sweep", "schedule": 1.0, "options": {"expires": 10.0}},
    "plans": {"task": "dispatch.tasks.bury_plans", "schedule": 30.0, "options": {"expires": 30.0}},
    "notices": {"task": "dispatch.tasks.send_notices", "schedule": 1.0, "options": {"expires": 5.0}},
    "call off": {"task": "dispatch.tasks.call_off", "schedule": 30.0, "options": {"expires": 30.0}},
    "hooks": {"task": "dispatch.tasks.send_hooks", "schedule": 2.0, "options": {"expires": 5.0}},
    "count": {"task": "dispatch.tasks.count", "schedule": 60.0, "options": {"expires": 60.0}},
    "settle": {"task": "dispatch.tasks.settle_days", "schedule": 60.0, "options": {"expires": 60.0}},
    "exports": {"task": "dispatch.tasks.make_exports", "schedule": 5.0, "options": {"expires": 5.0}},
    "daily mails": {"task": "web.insight.tasks.daily_mails", "schedule": 600.0, "options": {"expires": 600.0}},
    "learn": {"task": "dispatch.tasks.learn", "schedule": crontab(hour=18, minute=40)},  # UTC
    "housekeeping": {"task": "dispatch.tasks.housekeeping", "schedule": crontab(hour=19, minute=20)},  # UTC
}

# Where customers find us, for the links they are sent.
PUBLIC_URL = env.str("PUBLIC_URL", "") or f"http://localhost:{env.str('PORT', '8000')}"

# How people are told. Without a provider a message stands in the log instead, and nothing leaves the house.
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.str("EMAIL_USER", ""), env.str("EMAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = env.bool("EMAIL_TLS", not EMAIL_USE_SSL) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Doorstep <doorstep@localhost>")
NOTICE_SMS = {
    "url": env.str("SMS_URL", ""),
    "header": env.str("SMS_HEADER", "Authorization"),
    "token": env.str("SMS_TOKEN", ""),  # the header's whole value: Bearer …
    "body": env.json("SMS_BODY", {"to": "{to}", "text": "{text}", "id": "{key}"}),
    "ref": env.str("SMS_REF", "id"),  # where in the answer the provider's number stands: data.0.id
    "timeout": env.float("SMS_TIMEOUT", 10.0),
}
_IN_THE_LOG = "dispatch.notices.channels.console.send"
NOTICE_CHANNELS = {
    "sms": "dispatch.notices.channels.sms.send" if NOTICE_SMS["url"] else _IN_THE_LOG,
    "email": "dispatch.notices.channels.mail.send" if EMAIL_HOST else _IN_THE_LOG,
    "staff": "dispatch.notices.channels.staff.send",
}
NOTICE_REPORT_SECRET = env.str("SMS_REPORT_SECRET", "")  # signs the provider's delivery reports; empty: none taken
NOTICE_SENDERS = env.int("NOTICE_SENDERS", 1)  # of all workers so many send at a time
NOTICE_THREADS = env.int("NOTICE_THREADS", 16)  # messages that one of them sends at a time
NOTICE_FIRST_WAIT = env.float("NOTICE_FIRST_WAIT", 5.0)  # seconds before the second try; doubled from then on

EXPORT_HOURS = env.int("EXPORT_HOURS", 24)  # for so long an export can be downloaded

# When the last backup was made: a file that is touched then, beside what `manage.py backup_done` writes down.
LAST_BACKUP = env.str("LAST_BACKUP", "")
BACKUP_HOURS = env.int("BACKUP_HOURS", 26)  # older than that, the health page says so

# What goes wrong is said where the process runs; who keeps it is the operator's choice.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "dispatch.notices.channels.console": {"level": "INFO"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # every scanner of the internet sends one
        "django.request": {"level": "ERROR"},  # a page not found is the visitor's business
    },
}

# For trying the product out: every callback falls due this many seconds after it is promised,
# instead of the policy's 2 or 3 hours. Empty: the policy holds.
CALLBACK_DELAY_SECONDS = env.int("CALLBACK_DELAY_SECONDS", None)

if (CLOCK_SPEED := env.float("CLOCK_SPEED", 1.0)) != 1:  # the simulation's, and nobody else's
    clock.hurry(CLOCK_SPEED, env.str("CLOCK_SINCE"))
