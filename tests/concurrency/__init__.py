"""Many operations at once on the product as it is served: one winner, exact counters, no failure of ours."""
