"""Tests of the specialty classifier."""
