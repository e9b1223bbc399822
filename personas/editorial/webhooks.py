"""The webhook of a tenant: what is published and withdrawn is told to a service, signed, from an outbox."""

import hmac
import json
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.timezone import now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from personas.models import Delivery, Event, Webhook
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

from .notices import administrators, key, tell
from .posting import UnreachableError, addresses, parse, post

# Pauses after each try that failed; after the last one it is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60, 24 * 60))
RUN = 10  # seconds after which a run begins no other call: the worker has more to do, and the next run comes soon
TEST = "test"


def set_webhook(url: str, active: bool, by) -> str | None:
    """Keep what a tenant admin chose, and give the secret if it is new; UnreachableError says what is wrong with it."""
    addresses(parse(url))
    webhook = Webhook.objects.select_for_update().first() or Webhook(secret="")
    webhook.url, webhook.is_active = url, active
    if webhook.secret:
        webhook.save()
        record(webhook, by)
        return None
    return renew_secret(webhook, by)


def renew_secret(webhook: Webhook, by) -> str:
    webhook.secret = secrets.token_urlsafe(32)
    webhook.save()
    record(webhook, by, new_secret=True)
    return webhook.secret


def record(webhook: Webhook, by, **more) -> None:
    detail = {"url": webhook.url, "active": webhook.is_active} | more  # never the secret
    Event.objects.create(name="set_webhook", about="Webhook", detail=detail, made_by=by)


def send_test(tenant) -> None:
    """A call that means nothing, beside the others: it waits for none, and is tried once."""
    Delivery.objects.create(event=TEST, persona=uuid4(), payload={"event": TEST, "tenant": str(key(tenant))})
    soon(tenant)


def send_again(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_at=Now(), tries=0, delivered_at=None, error=None)
    soon(delivery.tenant_id)


def soon(tenant) -> None:
    """Deliver what waits in the tenant, once this transaction is committed."""
    transaction.on_commit(partial(hand_over, str(key(tenant))), robust=True)


def hand_over(tenant: str) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():  # whoever is to come anyway will find this one too
        app.configure_task("personas.tasks.deliver", queueing_lock=f"deliver-{tenant}").defer(tenant=tenant)


def due():
    """What is to be sent now: of each persona the earliest that is neither delivered nor given up."""
    earlier = Delivery.objects.filter(persona=OuterRef("persona"), id__lt=OuterRef("id"), next_at__isnull=False)
    return Delivery.objects.filter(~Exists(earlier), next_at__lte=Now())


def deliver(tenant: Tenant) -> None:
    """Send what is due, one by one; the first that fails ends the run, since the others would hardly fare better."""
    end = time.monotonic() + RUN
    while time.monotonic() < end and (claimed := claim(tenant)):
        webhook, delivery = claimed
        # No transaction is open here: a slow receiver holds up nobody but itself. Who dies now, leaves a row that is
        # due again after the pause; the receiver may get it twice, and knows it by its id.
        try:
            post(webhook.url, *call(webhook.secret, delivery))
        except UnreachableError as error:
            with tenant_context(tenant):
                failed(tenant, delivery, str(error))
            return
        with tenant_context(tenant):
            Delivery.objects.filter(pk=delivery.pk).update(delivered_at=Now(), next_at=None, error=None)


def claim(tenant: Tenant) -> tuple[Webhook, Delivery] | None:
    """Take the next one; while it is under way it counts as tried, and others see it as not due."""
    with tenant_context(tenant):
        webhook = Webhook.objects.filter(is_active=True).first()
        if webhook is None:
            why = "Not sent: there is no active webhook."
            Delivery.objects.filter(next_at__isnull=False).update(next_at=None, error=why)
            return None
        delivery = due().order_by("next_at", "id").select_for_update(skip_locked=True).first()
        if delivery is None:
            return None
        delivery.tries += 1
        delivery.next_at = now() + PAUSES[min(delivery.tries, len(PAUSES)) - 1]
        delivery.save(update_fields=["tries", "next_at"])
        return webhook, delivery


def failed(tenant: Tenant, delivery: Delivery, why: str) -> None:
    """Note why; when it was the last try, tell those who can do something about it."""
    last = delivery.tries > len(PAUSES) or delivery.event == TEST
    Delivery.objects.filter(pk=delivery.pk).update(error=why, **({"next_at": None} if last else {}))
    if last and delivery.event != TEST:
        about = delivery.payload.get("name") or delivery.persona
        tell(
            administrators(),
            f"The webhook could not be told that «{about}» was {delivery.event}; it was tried {delivery.tries} times. "
            f"The last time: {why}",
            f"you administer {tenant}",
            link=reverse("admin:personas_webhook_changelist"),
        )


def call(secret: str, delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    """What is sent: the body, and the headers that sign it."""
    body = json.dumps(delivery.payload, ensure_ascii=False).encode()
    timestamp = str(int(time.time()))
    signature = hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()
    return body, {
        "Content-Type": "application/json",
        "User-Agent": "VITAL-Personas",
        "X-Vital-Event": delivery.event,
        "X-Vital-Delivery": str(delivery.pk),
        "X-Vital-Timestamp": timestamp,
        "X-Vital-Signature": f"sha256={signature}",
    }
