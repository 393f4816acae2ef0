"""What each query touches: the page that it returns, however large the tables are."""
