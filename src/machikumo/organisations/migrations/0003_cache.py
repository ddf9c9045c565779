from django.db import migrations

# Django's own form of a cache table (createcachetable); made here so that its owner is the role that owns all tables.
# Attempts at signing in are counted in it, over all processes. Keys carry the organisation: kernel/tenancy/caching.py.
TABLE = """
CREATE TABLE machikumo_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX machikumo_cache_expires ON machikumo_cache (expires);
GRANT SELECT, INSERT, UPDATE, DELETE ON machikumo_cache TO machikumo_app;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_people")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE machikumo_cache")]
