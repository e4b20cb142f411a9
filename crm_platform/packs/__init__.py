"""Packs: what one is, finding them by entry point, their order and which are enabled."""
