"""Persons, every version of them, households, search keys and protection blocks."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel
from machikumo.register.domain.blocks import BlockLevel


class Household(TenantModel):
    """A household (世帯); its members are the persons whose present version names it.

    ``incomplete_reason`` says why somebody may be missing (a row set aside at the move): no paper may then claim to
    show the whole household, until a clerk has looked.
    """

    number = models.TextField()
    incomplete_reason = models.TextField(db_default="", default="", blank=True)

    class Meta:
        """One row a number in each municipality."""

        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="household_number_once")]

    def __str__(self) -> str:
        return self.number


class Person(TenantModel):
    """A person on the register; everything about him is in his versions. ``token`` is what other stores may hold."""

    addressee_number = models.TextField()
    token = models.UUIDField(db_default=models.Func(function="gen_random_uuid"), editable=False)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One row an addressee number, one a token."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "addressee_number"], name="person_number_once"),
            models.UniqueConstraint(fields=["organisation", "token"], name="person_token_once"),
        ]

    def __str__(self) -> str:
        return self.addressee_number

    @property
    def subject(self) -> str:
        """How the ledger names this person."""
        return f"person:{self.token}"


class PersonVersion(TenantModel):
    """One version of a person's record (個人履歴): valid from its event date, recorded when it was written.

    A correction adds a version with the next branch number and closes the one it corrects (``superseded_at``);
    nothing is overwritten. Names are kept exactly as written, selectors included.
    """

    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="versions")
    household = TenantForeignKey(Household, on_delete=models.PROTECT, related_name="versions")
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)
    recorded_by = models.TextField(default="")
    history_number = models.IntegerField()  # 個人履歴番号
    history_branch = models.IntegerField()  # 個人履歴番号_枝番号
    is_latest = models.BooleanField(default=False)  # 最新フラグ
    event_date_uncertain = models.BooleanField(null=True)  # 異動年月日_不詳フラグ
    birth_date_uncertain = models.BooleanField(null=True)  # 生年月日_不詳フラグ
    became_resident_on_uncertain = models.BooleanField(null=True)  # 住民となった年月日_不詳フラグ
    removed_on_uncertain = models.BooleanField(null=True)  # 消除の異動年月日_不詳フラグ
    foreign_resident_since_uncertain = models.BooleanField(null=True)  # 外国人住民となった年月日_不詳フラグ
    event_date = models.DateField(null=True)  # 異動年月日
    notified_on = models.DateField(null=True)  # 異動届出年月日
    birth_date = models.DateField(null=True)  # 生年月日
    address_set_on = models.DateField(null=True)  # 住所を定めた年月日
    became_resident_on = models.DateField(null=True)  # 住民となった年月日
    removal_notified_on = models.DateField(null=True)  # 消除の届出年月日
    removed_on = models.DateField(null=True)  # 消除の異動年月日
    foreign_resident_since = models.DateField(null=True)  # 外国人住民となった年月日
    residence_expires_on = models.DateField(null=True)  # 在留期間の満了の日
    resident_kind = models.TextField(default="", blank=True)  # 住民種別
    resident_state = models.TextField(default="", blank=True)  # 住民状態
    event_date_text = models.TextField(default="", blank=True)  # 異動年月日_不詳表記
    event_reason = models.TextField(default="", blank=True)  # 異動事由
    name = models.TextField(default="", blank=True)  # 氏名
    name_roman = models.TextField(default="", blank=True)  # 氏名_外国人ローマ字
    name_foreign_kanji = models.TextField(default="", blank=True)  # 氏名_外国人漢字
    name_kana = models.TextField(default="", blank=True)  # 氏名_フリガナ
    former_name = models.TextField(default="", blank=True)  # 旧氏
    former_name_kana = models.TextField(default="", blank=True)  # 旧氏_フリガナ
    common_name = models.TextField(default="", blank=True)  # 通称
    common_name_kana = models.TextField(default="", blank=True)  # 通称_フリガナ
    name_priority = models.TextField(default="", blank=True)  # 氏名優先区分
    sex = models.TextField(default="", blank=True)  # 性別
    sex_text = models.TextField(default="", blank=True)  # 性別表記
    birth_date_text = models.TextField(default="", blank=True)  # 生年月日_不詳表記
    relationship_1 = models.TextField(default="", blank=True)  # 続柄コード1
    relationship_2 = models.TextField(default="", blank=True)  # 続柄コード2
    relationship_3 = models.TextField(default="", blank=True)  # 続柄コード3
    relationship_4 = models.TextField(default="", blank=True)  # 続柄コード4
    relationship_text = models.TextField(default="", blank=True)  # 続柄表記
    address_municipality_code = models.TextField(default="", blank=True)  # 住所_市区町村コード
    address_town_code = models.TextField(default="", blank=True)  # 住所_町字コード
    address_ward_code = models.TextField(default="", blank=True)  # 住所_指定都市_行政区等コード
    address_prefecture = models.TextField(default="", blank=True)  # 住所_都道府県
    address_municipality = models.TextField(default="", blank=True)  # 住所_市区郡町村名
    address_town = models.TextField(default="", blank=True)  # 住所_町字
    address_number = models.TextField(default="", blank=True)  # 住所_番地号表記
    address_number_parts = models.TextField(default="", blank=True)  # 住所_番地枝番数値
    address_building_code = models.TextField(default="", blank=True)  # 住所_方書コード
    address_building = models.TextField(default="", blank=True)  # 住所_方書
    address_building_kana = models.TextField(default="", blank=True)  # 住所_方書_フリガナ
    address_postal_code = models.TextField(default="", blank=True)  # 住所_郵便番号
    became_resident_on_text = models.TextField(default="", blank=True)  # 住民となった年月日_不詳表記
    removed_on_text = models.TextField(default="", blank=True)  # 消除の異動年月日_不詳表記
    foreign_resident_since_text = models.TextField(default="", blank=True)  # 外国人住民となった年月日_不詳表記
    nationality_code = models.TextField(default="", blank=True)  # 国籍等_国名コード
    nationality = models.TextField(default="", blank=True)  # 国籍名等
    article_30_45_category = models.TextField(default="", blank=True)  # 第30条45規定区分
    residence_status_code = models.TextField(default="", blank=True)  # 在留資格等コード
    residence_period_years = models.TextField(default="", blank=True)  # 在留期間等コード_年
    residence_period_months = models.TextField(default="", blank=True)  # 在留期間等コード_月
    residence_period_days = models.TextField(default="", blank=True)  # 在留期間等コード_日
    residence_card_number = models.TextField(default="", blank=True)  # 在留カード番号
    registered_domicile = models.TextField(default="", blank=True)  # 本籍
    register_head = models.TextField(default="", blank=True)  # 筆頭者
    remarks = models.TextField(default="", blank=True)  # 備考
    further = models.JSONField(default=dict)  # items of the standard layout without a column of their own

    class Meta:
        """A history number and branch once a person; one present version a person."""

        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "history_number", "history_branch"], name="version_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=models.Q(is_latest=True, superseded_at__isnull=True),
                name="one_present_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "household"],
                condition=models.Q(is_latest=True, superseded_at__isnull=True),
                name="present_household_members",
            ),
            models.Index(fields=["organisation", "birth_date", "person"], name="versions_by_birth"),
        ]

    def __str__(self) -> str:
        return f"{self.history_number}.{self.history_branch}"


class SearchKey(TenantModel):
    """One way to find a person; compared byte by byte so that the index serves under row security."""

    pk = models.CompositePrimaryKey("organisation_id", "kind", "key", "person_id")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    kind = models.SmallIntegerField()  # see domain.keys.KeyKind
    key = models.TextField(db_collation="C")

    class Meta:
        """Its primary key is the way it is searched."""

        indexes = [models.Index(fields=["organisation", "person"], name="search_keys_of_person")]

    def __str__(self) -> str:
        return f"{self.kind}"


class ProtectionBlock(TenantModel):
    """A protection block (支援措置) of a person: holds until somebody closes it."""

    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="blocks")
    level = models.CharField(max_length=8, choices=[(level.value, level.value) for level in BlockLevel])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    channels = models.JSONField(default=list)
    section = models.TextField(default="", blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(default="", blank=True)

    class Meta:
        """Looked up by person."""

        indexes = [models.Index(fields=["organisation", "person"], name="blocks_of_person")]

    def __str__(self) -> str:
        return self.level
