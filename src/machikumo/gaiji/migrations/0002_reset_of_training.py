"""A training town can be emptied as a whole; in a live one the database refuses to delete anything of the room."""

from django.db import migrations

TABLES = {
    "gaiji_gaijiset",
    "gaiji_gaijifigure",
    "gaiji_gaijicandidate",
    "gaiji_gaijidecision",
    "gaiji_gaijimapversion",
    "gaiji_reductiontable",
    "gaiji_reducedform",
}
FUNCTION = """
CREATE FUNCTION gaiji_refuse_delete() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.tenancy_organisation o WHERE o.id = OLD.organisation_id AND o.mode = 'training') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'what was decided about characters is never deleted';
END $$
"""


def statements():
    yield FUNCTION
    for table in sorted(TABLES):
        yield f'GRANT DELETE ON "{table}" TO machikumo_app'
        yield (
            f'CREATE TRIGGER gaiji_only_in_training BEFORE DELETE ON "{table}"'
            " FOR EACH ROW EXECUTE FUNCTION gaiji_refuse_delete()"
        )


class Migration(migrations.Migration):
    dependencies = [("gaiji", "0001_initial")]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in statements()]
