"""The addresses of the library."""

from django.urls import path

from . import compare, coverage, dossier, files, people, shares, sheet, shelf, time

app_name = "library"
urlpatterns = [
    path("", shelf.index, name="index"),
    path("compare/", compare.page, name="compare"),
    path("personas/<slug:slug>/", sheet.page, name="sheet"),
    path("personas/<slug:slug>/everything/", dossier.page, name="dossier"),
    path("personas/<slug:slug>/files/<kind>", files.page, name="file"),
    path("personas/<slug:slug>/time/", time.page, name="time"),
    path("personas/<slug:slug>/stakeholders/", people.page, name="people"),
    path("personas/<slug:slug>/share/", shares.of_persona, name="share"),
    path("shares/", shares.of_tenant, name="shares"),
    path("shares/<uuid:pk>/revoke/", shares.revoke, name="revoke"),
    path("coverage/", coverage.page, name="coverage"),
    path("coverage/pains/", coverage.pains, name="coverage-pains"),
]
