"""Tests of Footlights. What each folder holds is told in CONTRIBUTING.md."""
