"""Staff, customers and organisations, and what is everybody's own."""

from runtime.web.routes.people import (
    directory,
    notices,
    organisations,
    people,
    profile,
)

ROUTES = [
    *directory.ROUTES,
    *notices.ROUTES,
    *organisations.ROUTES,
    *people.ROUTES,
    *profile.ROUTES,
]
