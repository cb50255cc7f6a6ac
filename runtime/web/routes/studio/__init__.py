"""Where specs are edited, checked, compared and published."""

from runtime.web.routes.studio import (
    backtest,
    intake,
    merging,
    pilot,
    plan,
    settings,
    sources,
    specs,
    versions,
    webhooks,
)

ROUTES = [
    *backtest.ROUTES,
    *intake.ROUTES,
    *merging.ROUTES,
    *pilot.ROUTES,
    *plan.ROUTES,
    *settings.ROUTES,
    *sources.ROUTES,
    *specs.ROUTES,
    *versions.ROUTES,
    *webhooks.ROUTES,
]
