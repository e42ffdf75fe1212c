"""The microservice chassis: everything a service needs that is not its business. Knows no domain word."""
