-- Roles and database for a PostgreSQL (15 to 18) that somebody else administers. Run once by its administrator:
--
--   psql -v ON_ERROR_STOP=1 -f roles.sql \
--     -v app="$(cat secrets/database-machikumo_app)" -v auditor="$(cat secrets/database-machikumo_auditor)" …
--
-- The passwords are those that Machikumo has made in MACHIKUMO_VAR/secrets (one file a role; installing.md says how).
-- None of the roles bypasses row security, none is a member of another. Safe to repeat.
\set attributes 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS'

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[
  'machikumo_app', 'machikumo_auditor', 'machikumo_sealer', 'machikumo_publisher', 'machikumo_public_reader',
  'machikumo_migration', 'machikumo_backup'
]) name WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE machikumo_app :attributes NOREPLICATION PASSWORD :'app';
ALTER ROLE machikumo_auditor :attributes NOREPLICATION PASSWORD :'auditor';
ALTER ROLE machikumo_sealer :attributes NOREPLICATION PASSWORD :'sealer';
ALTER ROLE machikumo_publisher :attributes NOREPLICATION PASSWORD :'publisher';
ALTER ROLE machikumo_public_reader :attributes NOREPLICATION PASSWORD :'public_reader';
ALTER ROLE machikumo_migration :attributes NOREPLICATION PASSWORD :'migration';
ALTER ROLE machikumo_backup :attributes REPLICATION PASSWORD :'backup';

SELECT $$CREATE DATABASE machikumo OWNER machikumo_migration TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'$$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'machikumo') \gexec
