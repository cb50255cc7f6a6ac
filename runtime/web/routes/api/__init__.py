"""The REST API."""

from runtime.web.routes.api import (
    articles,
    desk,
    noting,
    organisations,
    people,
    specs,
    steps,
    talk,
    tickets,
    together,
)

ROUTES = [
    *articles.ROUTES,
    *desk.ROUTES,
    *noting.ROUTES,
    *organisations.ROUTES,
    *people.ROUTES,
    *specs.ROUTES,
    *steps.ROUTES,
    *talk.ROUTES,
    *tickets.ROUTES,
    *together.ROUTES,
]
