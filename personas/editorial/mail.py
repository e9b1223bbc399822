"""Notices by e-mail, to those who want them: at once, or together in the morning."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, time, timedelta
from itertools import groupby
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime, now

from personas.models import Notice, NoticeChoice
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

from .notices import members, page

logger = logging.getLogger(__name__)
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
MORNING = time(7)
STALE = timedelta(days=3)  # older news is only on the page: a server that comes to life again floods nobody
SHOWN = 50  # notices in one e-mail
How = NoticeChoice.How


def is_set_up() -> bool:
    return settings.EMAIL_BACKEND != NOWHERE


def send_due(tenant: Tenant) -> bool:
    """Send what is due in a tenant; False says that the server does not work, and that the rest waits."""
    # Read, send, mark; in this order, and without a transaction around the sending. Whoever dies between sending and
    # marking sends the e-mail again, so that none is lost; its Message-ID is the same, by which mail programs know it.
    # Two at once would send it twice: the task has a lock for that.
    with tenant_context(tenant):
        due = list(waiting())
    if not due:
        return True
    with closing(get_connection()) as server:
        for user, notices in due:
            try:
                server.open()
                server.send_messages([letter(tenant, user, notices)])
            except (SMTPRecipientsRefused, SMTPDataError, ValueError) as error:
                if is_for_now(error):
                    continue
                logger.warning("The address of account %s takes no e-mail (%s).", user.pk, type(error).__name__)
            except (SMTPException, OSError) as error:
                logger.warning("The mail server does not work; e-mails wait for the next minute: %s", error)
                return False
            with tenant_context(tenant):
                Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=now())
    return True


def waiting() -> Iterator[tuple[User, list[Notice]]]:
    """Who gets an e-mail now, with which notices; what nobody wants by e-mail is marked as done."""
    people = {membership.user_id: membership.user for membership in members().select_related("user")}
    chosen = dict(NoticeChoice.objects.values_list("user", "how"))
    wanting = [user for user in people if chosen.get(user) != How.NEVER] if is_set_up() else []
    at_once = [user for user in wanting if chosen.get(user) == How.AT_ONCE]
    notices = Notice.objects.filter(mailed_at=None)
    wanted = Q(user__in=wanting, read_at=None, made_at__gt=now() - STALE)
    notices.exclude(wanted).update(mailed_at=now())
    # Not one task each morning but each minute what is older than this morning: a digest that a failing server did not
    # take, or for which no worker was there, goes out later.
    due = notices.filter(wanted).filter(Q(user__in=at_once) | Q(made_at__lt=this_morning()))
    for user, theirs in groupby(due.order_by("user", "made_at", "id"), key=lambda one: one.user_id):
        yield people[user], list(theirs)


def this_morning() -> datetime:
    """The last one that has come."""
    here = localtime()
    morning = here.replace(hour=MORNING.hour, minute=MORNING.minute, second=0, microsecond=0)
    return morning if morning <= here else morning - timedelta(days=1)


def is_for_now(error: Exception) -> bool:
    """Whether a refusal may end by itself, such as that of a full mailbox: its code begins with 4."""
    if isinstance(error, SMTPRecipientsRefused):
        return any(code < 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code < 500


def letter(tenant: Tenant, user: User, notices: list[Notice]) -> EmailMultiAlternatives:
    """One e-mail with these notices, why they come, and how to have it otherwise."""
    said = notices[0].text if len(notices) == 1 else f"{len(notices)} notices"
    shown = [{"text": one.text, "reason": one.reason, "link": address(one)} for one in notices[:SHOWN]]
    here = absolute(reverse("admin:personas_notice_changelist"))
    context = {"tenant": tenant, "user": user, "notices": shown, "more": len(notices) - len(shown), "page": here}
    made = EmailMultiAlternatives(
        Truncator(" ".join(f"{tenant}: {said}".split())).chars(150),
        render_to_string("mail/notices.txt", context),
        to=[user.email],
        headers={
            "Message-ID": f"<{notices[0].pk}.{len(notices)}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",  # so that no «out of office» answers
        },
    )
    made.attach_alternative(render_to_string("mail/notices.html", context), "text/html")
    return made


def address(notice: Notice) -> str:
    link = notice.link or page(notice.persona_id)  # the database writes notices too, and knows no addresses
    return link and absolute(link)


def absolute(link: str) -> str:
    return f"{settings.PUBLIC_URL}{link}"
