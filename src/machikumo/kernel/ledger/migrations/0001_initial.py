"""The ledger's tables; the SQL and its reasons stand in machikumo.kernel.ledger.schema."""

import django.db.models.deletion
from django.db import migrations, models

from machikumo.kernel.ledger import schema


def _sealed_row(name, key, fields, **options):
    """What Django is told about one of the tables."""
    organisation = models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="tenancy.organisation",
    )
    primary_key = models.CompositePrimaryKey(
        "organisation_id", key, blank=True, editable=False, primary_key=True, serialize=False
    )
    return migrations.CreateModel(
        name=name, fields=[("pk", primary_key), *fields, ("organisation", organisation)], options=options
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0001_initial")]
    operations = [
        migrations.RunSQL(
            schema.statements(),
            schema.reverse(),
            state_operations=[
                _sealed_row(
                    "Entry",
                    "id",
                    [
                        ("id", models.UUIDField(editable=False)),
                        ("canonical", models.TextField()),
                        ("recorded_at", models.DateTimeField()),
                        ("actor", models.TextField()),
                        ("event", models.TextField()),
                        ("subject", models.TextField(null=True)),
                        ("purpose", models.TextField()),
                    ],
                    verbose_name="証跡",
                    db_table="ledger_entry",
                    ordering=["-id"],
                ),
                _sealed_row(
                    "Leaf",
                    "leaf_index",
                    [
                        ("leaf_index", models.BigIntegerField()),
                        ("entry_id", models.UUIDField()),
                        ("leaf_hash", models.BinaryField()),
                    ],
                    db_table="ledger_leaf",
                    ordering=["leaf_index"],
                ),
                _sealed_row(
                    "Checkpoint",
                    "tree_size",
                    [
                        ("tree_size", models.BigIntegerField()),
                        ("root_hash", models.BinaryField()),
                        ("note", models.TextField()),
                        ("frontier", models.BinaryField()),
                        ("snapshot", models.TextField()),
                        ("server_identity", models.BigIntegerField()),
                        ("sealed_at", models.DateTimeField()),
                    ],
                    db_table="ledger_checkpoint",
                    ordering=["tree_size"],
                ),
            ],
        ),
        schema.GrowOnlyProtectTenantTable("ledger", "Entry", by_app=True),
        schema.GrowOnlyProtectTenantTable("ledger", "Leaf"),
        schema.GrowOnlyProtectTenantTable("ledger", "Checkpoint"),
    ]
