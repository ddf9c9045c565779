"""The people who came in with the same block are looked up by one hash, not row by row."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION cutover_note_keys() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  present bigint := nullif(current_setting('machikumo.load', true), '')::bigint;
  this_block bigint;
BEGIN
  IF present IS NOT NULL THEN
    this_block := pg_current_xact_id()::text::bigint;
    INSERT INTO public.cutover_loadchange (organisation_id, load_id, block, "table", kind, ids, rows)
    SELECT n.organisation_id, present, this_block, TG_TABLE_NAME, 'insert', '{}'::bigint[],
      jsonb_agg(jsonb_build_array(n.kind, n.key, n.person_id))
    FROM new_rows n LEFT JOIN (
      SELECT unnest(c.ids) AS person_id FROM public.cutover_loadchange c
      WHERE c.load_id = present AND c.block = this_block AND c."table" = 'register_person' AND c.kind = 'insert'
    ) fresh ON fresh.person_id = n.person_id
    WHERE fresh.person_id IS NULL GROUP BY 1;
  END IF;
  RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("cutover", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
