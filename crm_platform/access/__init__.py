"""Who may do what: sign-in, sessions, keys, roles, restrictions, shares, and the reasons of every decision."""
