"""What every context shares: ids, clock, errors, events, pagination, actor, visibility, unit of work."""
