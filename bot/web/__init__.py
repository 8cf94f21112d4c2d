"""The chat page: routes, sessions, templates and static files."""
