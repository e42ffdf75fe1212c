"""Partners' integrations, as the registry grants them: a copy."""
