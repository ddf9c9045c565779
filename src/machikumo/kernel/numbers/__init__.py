"""The number vault: the one place where 個人番号 and 住民票コード lie (番号制度, 指針9).

For every room that receives, shows or looks for such a number: rooms keep a subject token, never the number.
Numbers are encrypted per organisation, found by a keyed hash and opened only with a purpose and a ground.
It never logs, prints or puts into an error message the digits of a number.
It never lets a training number into a live organisation, nor a real one into a training organisation.
"""
