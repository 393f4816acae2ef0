"""The tables, one module per context; any SQL adapter may join them, only the owner writes them."""
