"""What somebody is told, newest first, and whether they want it by e-mail."""

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from personas.editorial import mail
from personas.editorial.notices import page
from personas.models import Notice, NoticeChoice
from vital.admin import ModelAdmin


@admin.register(Notice)
class NoticeAdmin(ModelAdmin):
    intro = "What others did with personas that concern you, newest first, and why you are told."
    readonly_fields = ()

    def get_queryset(self, request):
        return super().get_queryset(request).filter(user=request.user)

    def badge(self, request) -> list[QuerySet]:
        """What is not read yet."""
        return [self.get_queryset(request).filter(read_at=None)]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        def at(route, view, name):
            return path(route, self.admin_site.admin_view(require_POST(view)), name=f"personas_notice_{name}")

        return [
            at("read/", self.read_view, "read"),
            at("choose/", self.choose_view, "choose"),
            at("<uuid:pk>/open/", self.open_view, "open"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        notices = self.get_queryset(request)
        unread = notices.filter(read_at=None)
        only = request.GET.get("only") == "unread"
        chosen = NoticeChoice.objects.filter(user=request.user).first()
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Notices", "intro": self.intro, "only": only,
            "page": Paginator(unread if only else notices, self.list_per_page).get_page(request.GET.get("page")),
            "unread": unread.count(), "choices": NoticeChoice.How.choices,
            "chosen": chosen.how if chosen else NoticeChoice.How.DAILY, "mail": mail.is_set_up(),
        }  # fmt: skip
        return render(request, "admin/notices/list.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.to_list()

    def open_view(self, request, pk):
        """Mark it as read and go where it leads; not by a link, since looking changes nothing."""
        notice = get_object_or_404(self.get_queryset(request), pk=pk)
        self.mark(self.get_queryset(request).filter(pk=pk))
        if notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None):
            return redirect(notice.link)
        if notice.persona_id:  # the database has no addresses to write
            return redirect(page(notice.persona_id))
        return self.to_list()

    def read_view(self, request):
        self.mark(self.get_queryset(request))
        messages.success(request, "All notices are marked as read.")
        return self.to_list()

    def choose_view(self, request):
        how = request.POST.get("how")
        if how not in NoticeChoice.How:
            messages.error(request, "Choose one of the three: at once, once a day, or no e-mail.")
        else:
            NoticeChoice.objects.update_or_create(user=request.user, defaults={"how": how})
            messages.success(request, f"From now on: {NoticeChoice.How(how).label}.")
        return self.to_list()

    def mark(self, notices) -> None:
        notices.filter(read_at=None).update(read_at=now())

    def to_list(self):
        return redirect(reverse(url_name(self.opts, "changelist")))
