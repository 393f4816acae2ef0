"""The HTTP interface: a kernel that every route goes through, and one module per context with its routes."""
