"""The question log: what was asked and written stays; a training town can be emptied as a whole."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import machikumo.kernel.tenancy.models
from machikumo.kernel.tenancy.operations import ProtectTenantTable

FUNCTION = """
CREATE FUNCTION questions_refuse_delete() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.tenancy_organisation o WHERE o.id = OLD.organisation_id AND o.mode = 'training') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'what was asked and written is never deleted';
END $$
"""
TRIGGERS = [
    f'CREATE TRIGGER questions_only_in_training BEFORE DELETE ON "{table}"'
    " FOR EACH ROW EXECUTE FUNCTION questions_refuse_delete()"
    for table in ("questions_question", "questions_entry", "questions_attachment")
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0002_removed_files"),
        ("tenancy", "0003_host_of_one"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("token", models.CharField(max_length=12)),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("town", "town"), ("old_vendor", "old_vendor"), ("new_vendor", "new_vendor")],
                        max_length=12,
                    ),
                ),
                (
                    "asked_of",
                    models.CharField(
                        choices=[("town", "town"), ("old_vendor", "old_vendor"), ("new_vendor", "new_vendor")],
                        max_length=12,
                    ),
                ),
                ("asker", models.CharField(max_length=100)),
                ("about", models.JSONField()),
                ("about_move_in", models.BigIntegerField(null=True)),
                ("title", models.CharField(max_length=120)),
                ("body", models.TextField()),
                ("due_on", models.DateField()),
                ("blocks", models.BooleanField(default=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("answered", "answered"),
                            ("accepted", "accepted"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decision", models.TextField(blank=True)),
                ("settled_by", models.CharField(blank=True, max_length=100)),
                ("settled_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "party",
                    models.CharField(
                        choices=[("town", "town"), ("old_vendor", "old_vendor"), ("new_vendor", "new_vendor")],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField()),
                ("from_sheet", models.BooleanField(default=False)),
                ("written_by", models.CharField(max_length=100)),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "question",
                    machikumo.kernel.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="questions.question",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    machikumo.kernel.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "entry",
                    machikumo.kernel.tenancy.models.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="questions.entry",
                    ),
                ),
                (
                    "question",
                    machikumo.kernel.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="questions.question",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=100)),
                (
                    "party",
                    models.CharField(
                        choices=[("town", "town"), ("old_vendor", "old_vendor"), ("new_vendor", "new_vendor")],
                        max_length=12,
                    ),
                ),
                ("company", models.CharField(max_length=100)),
                ("set_by", models.CharField(max_length=100)),
                ("set_at", models.DateTimeField(auto_now=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "person"), name="question_member_once"),
                    models.CheckConstraint(
                        condition=models.Q(("party", "town"), _negated=True), name="question_member_of_vendor"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["organisation", "state", "due_on"], name="questions_by_state"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("organisation", "number"), name="question_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by", models.F("asked_of")), _negated=True), name="question_of_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state__in", ["open", "answered"])),
                    models.Q(("settled_at__isnull", False), ("state__in", ["accepted", "withdrawn"])),
                    _connector="OR",
                ),
                name="question_settled_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["organisation", "question"], name="entries_by_question"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("organisation", "file"), name="attachment_once"),
        ),
        ProtectTenantTable("questions", "Question"),
        ProtectTenantTable(
            "questions", "Entry", references={"question": "questions.Question"}, app="SELECT, INSERT, DELETE"
        ),
        ProtectTenantTable(
            "questions",
            "Attachment",
            references={"question": "questions.Question", "entry": "questions.Entry", "file": "files.StoredFile"},
            app="SELECT, INSERT, DELETE",
        ),
        ProtectTenantTable("questions", "Member"),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (FUNCTION, *TRIGGERS)),
    ]
