"""SQLAlchemy Core on PostgreSQL (asyncpg) and SQLite (aiosqlite): one code, two databases."""
