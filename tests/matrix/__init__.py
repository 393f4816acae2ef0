"""Who may do what: every route, every socket event and every scope, for everybody."""
