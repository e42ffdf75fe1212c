"""The routes of the expert council, room by room."""

from expertise.applications import routes as applications_routes
from expertise.awards import routes as awards_routes
from expertise.calls import routes as calls_routes
from expertise.conflicts import routes as conflicts_routes
from expertise.councils import routes as councils_routes
from expertise.directions import routes as directions_routes
from expertise.entries import routes as entries_routes
from expertise.projects import routes as projects_routes
from expertise.reviews import routes as reviews_routes
from expertise.sessions import routes as sessions_routes
from expertise.verdicts import routes as verdicts_routes

ROUTERS = (
    directions_routes.router,
    calls_routes.router,
    applications_routes.router,
    conflicts_routes.router,
    reviews_routes.router,
    verdicts_routes.router,
    projects_routes.router,
    councils_routes.router,
    sessions_routes.router,
    entries_routes.router,
    awards_routes.router,
)
