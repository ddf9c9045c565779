"""Rows that were set aside can be mended; the history of a row only grows, but for a training town that is emptied."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import machikumo.kernel.tenancy.models
from machikumo.kernel.tenancy.operations import AlsoProtectTenantTable, ProtectTenantTable

FUNCTION = """
CREATE FUNCTION layouts_refuse_delete() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.tenancy_organisation o WHERE o.id = OLD.organisation_id AND o.mode = 'training') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'what was done to a row that was set aside is never deleted';
END $$
"""
TRIGGERS = [
    f'CREATE TRIGGER layouts_only_in_training BEFORE DELETE ON "{table}"'
    " FOR EACH ROW EXECUTE FUNCTION layouts_refuse_delete()"
    for table in ("layouts_heldrow", "layouts_mending", "layouts_mendingbatch")
]


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_removed_files"),
        ("layouts", "0002_differing_rows"),
        ("tenancy", "0003_host_of_one"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.BigIntegerField()),
                ("line", models.BigIntegerField()),
                ("offset", models.BigIntegerField()),
                ("length", models.IntegerField()),
                ("original", models.BinaryField()),
                ("first_defects", models.JSONField(default=list)),
                ("defects", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "保留中"),
                            ("mended", "修正済み（取込前）"),
                            ("left_out", "取り込まない"),
                            ("taken_in", "修正して取込済み"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("revision", models.IntegerField(default=0)),
                ("changed_by", models.CharField(blank=True, max_length=100)),
                ("changed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Mending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cells", "値の修正"),
                            ("left_out", "取り込まない"),
                            ("undone", "取消し"),
                            ("returned", "再検査で保留"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cells", models.BinaryField()),
                ("reason", models.TextField()),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="MendingBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=100)),
                ("item", models.CharField(max_length=100)),
                ("way", models.CharField(max_length=12)),
                ("rows", models.IntegerField()),
                ("reason", models.TextField()),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("undone_by", models.CharField(blank=True, max_length=100)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="movein",
            name="move_in_rehearsal_once",
        ),
        migrations.AddField(
            model_name="movein",
            name="limits",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="movein",
            name="mends",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mended_by",
                to="layouts.movein",
            ),
        ),
        migrations.AddField(
            model_name="movein",
            name="patches",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="movein",
            name="stops",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="movein",
            name="went_on_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="movein",
            name="went_on_by",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="movein",
            name="went_on_reason",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddConstraint(
            model_name="movein",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mends__isnull", True)),
                fields=("organisation", "mapping_key", "rehearsal"),
                name="move_in_rehearsal_once",
            ),
        ),
        migrations.AddField(
            model_name="heldrow",
            name="move_in",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="held_rows",
                to="layouts.movein",
            ),
        ),
        migrations.AddField(
            model_name="heldrow",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.organisation"
            ),
        ),
        migrations.AddField(
            model_name="mending",
            name="held_row",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mendings",
                to="layouts.heldrow",
            ),
        ),
        migrations.AddField(
            model_name="mending",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.organisation"
            ),
        ),
        migrations.AddField(
            model_name="mending",
            name="undoes",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="undone_by",
                to="layouts.mending",
            ),
        ),
        migrations.AddField(
            model_name="mendingbatch",
            name="move_in",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="layouts.movein"
            ),
        ),
        migrations.AddField(
            model_name="mendingbatch",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.organisation"
            ),
        ),
        migrations.AddField(
            model_name="mending",
            name="batch",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mendings",
                to="layouts.mendingbatch",
            ),
        ),
        migrations.AddIndex(
            model_name="heldrow",
            index=models.Index(fields=["organisation", "move_in", "state", "row"], name="held_rows_by_state"),
        ),
        migrations.AddConstraint(
            model_name="heldrow",
            constraint=models.UniqueConstraint(fields=("organisation", "move_in", "offset"), name="held_row_once"),
        ),
        migrations.AddConstraint(
            model_name="mending",
            constraint=models.UniqueConstraint(fields=("organisation", "held_row", "number"), name="mending_once"),
        ),
        migrations.AddConstraint(
            model_name="mending",
            constraint=models.UniqueConstraint(fields=("organisation", "undoes"), name="mending_undone_once"),
        ),
        AlsoProtectTenantTable("layouts", "MoveIn", references={"mends": "layouts.MoveIn"}),
        ProtectTenantTable("layouts", "HeldRow", references={"move_in": "layouts.MoveIn"}),
        ProtectTenantTable("layouts", "MendingBatch", references={"move_in": "layouts.MoveIn"}),
        ProtectTenantTable(
            "layouts",
            "Mending",
            references={
                "held_row": "layouts.HeldRow",
                "batch": "layouts.MendingBatch",
                "undoes": "layouts.Mending",
            },
            app="SELECT, INSERT, DELETE",
        ),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (FUNCTION, *TRIGGERS)),
    ]
