"""Loyalty points for customers."""
