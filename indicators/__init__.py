"""Composite indices: observations to scores."""
