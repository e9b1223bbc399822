"""The addresses of the library."""

from django.urls import path

from . import compare, coverage, dossier, files, people, shares, sheet, shelf, time

app_name = "library"
urlpatterns = [
    path("", shelf.index, name="index"),
    path("compare/", compare.page, name="compare"),
    path("personas/<str:slug>/", sheet.page, name="sheet"),
    path("personas/<str:slug>/everything/", dossier.page, name="dossier"),
    path("personas/<str:slug>/files/<kind>", files.page, name="file"),
    path("personas/<str:slug>/time/", time.page, name="time"),
    path("personas/<str:slug>/stakeholders/", people.page, name="people"),
    path("personas/<str:slug>/share/", shares.of_persona, name="share"),
    path("shares/", shares.of_tenant, name="shares"),
    path("shares/<uuid:pk>/revoke/", shares.revoke, name="revoke"),
    path("coverage/", coverage.page, name="coverage"),
    path("coverage/pains/", coverage.pains, name="coverage-pains"),
]
