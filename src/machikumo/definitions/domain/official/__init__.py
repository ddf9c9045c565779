"""The form of the Digital Agency's 基本データリスト / 項目定義書: a workbook becomes definitions, and back."""
