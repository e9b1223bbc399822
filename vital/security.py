"""What the browser is told, and how a log-in attempt is told apart."""

from axes.utils import reset as unlock
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from unfold.forms import AuthenticationForm

LONGEST = 254  # characters of an e-mail address
FOR_STRANGERS = "/shared/"  # beginning of the addresses at which nobody is logged in
POWERFUL = ("camera", "geolocation", "microphone", "payment", "usb", "display-capture", "browsing-topics")


class HeadersMiddleware:
    """No page is kept by a browser or a proxy, and no page may use the device."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Permissions-Policy"] = ", ".join(f"{feature}=()" for feature in POWERFUL)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class StrangersMiddleware:
    """What is for people without an account is the same for whoever is logged in in the same browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(FOR_STRANGERS):
            request.COOKIES = {}  # so there is no session to read or to prolong, and no tenant but the link's
        return self.get_response(request)


class LogInForm(AuthenticationForm):
    """E-mail addresses are kept in small letters; people type them as they like."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].validators.append(MaxLengthValidator(LONGEST))

    def clean_username(self):
        return self.cleaned_data["username"].strip().lower()


def forget_failures(sender, user, **kwargs) -> None:
    """After a log-in: of this account only. Those from the same address at others go on counting."""
    unlock(username=user.email)


def client_address(request) -> str:
    """The visitor's address: what the outermost of our own PROXIES saw, never what the visitor claims."""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.PROXIES and len(forwarded) >= settings.PROXIES:
        return forwarded[-settings.PROXIES]
    return request.META.get("REMOTE_ADDR", "")


def stale_form(request, reason=""):
    """Shown in place of Django's 403 page when a form's token is not the session's."""
    return render(request, "stale_form.html", {"title": "This page is out of date"}, status=403)
