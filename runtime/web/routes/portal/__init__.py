"""What requesters and guests ask for."""

from runtime.web.routes.portal import (
    app,
    articles,
    doors,
    embed,
    form,
    home,
)

ROUTES = [
    *app.ROUTES,
    *articles.ROUTES,
    *doors.ROUTES,
    *embed.ROUTES,
    *form.ROUTES,
    *home.ROUTES,
]
