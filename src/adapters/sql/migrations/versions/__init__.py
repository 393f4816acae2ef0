"""One module for each step, numbered; what was released is never changed."""
