"""Journeys through the product as it is served: black boxes, and the public interface only."""
