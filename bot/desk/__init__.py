"""The secretariat's pages: server-rendered, one guard before all of them, no script needed."""
