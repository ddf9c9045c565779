"""Register: the residents of a municipality (住民基本台帳), every version kept, and their households and blocks.

Guidelines: 指針6 (what a town brings with it when it moves) and 指針8 (what its desk serves from).
It never normalises a stored name, never forgets a version, and never holds an individual number (番号は保管庫のみ).
"""
