"""A site: one folder with settings, database, files and secret key; creating, opening, migrating it, its packs."""
