"""One API document for clients, made of what the services document and what the table lets through."""
