"""Dates of birth are found in the versions themselves, numbers among the persons: neither needs search keys."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_flags_may_be_empty"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="personversion",
            index=models.Index(fields=["organisation", "birth_date", "person"], name="versions_by_birth"),
        ),
    ]
