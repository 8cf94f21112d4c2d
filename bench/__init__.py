"""Figures that are promised, measured anew: `make bench`."""
