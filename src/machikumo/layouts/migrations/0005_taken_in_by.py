"""A row remembers the run with which it came in, so that it waits again when that load is undone."""

import django.db.models.deletion
from django.db import migrations

import machikumo.kernel.tenancy.models
from machikumo.kernel.tenancy.operations import AlsoProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("layouts", "0004_undone_state"),
    ]

    operations = [
        migrations.AddField(
            model_name="heldrow",
            name="taken_in_by",
            field=machikumo.kernel.tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="layouts.movein",
            ),
        ),
        AlsoProtectTenantTable("layouts", "HeldRow", references={"taken_in_by": "layouts.MoveIn"}),
    ]
