"""The addresses of the library."""

from django.urls import path

from . import sheet

app_name = "library"
urlpatterns = [
    path("personas/<slug:slug>/", sheet.page, name="sheet"),
]
