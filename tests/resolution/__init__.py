"""Tests of the resolution room."""
