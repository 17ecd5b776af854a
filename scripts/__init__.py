"""What is run by hand: rebuilding, evaluating, tuning, measuring the speed, making the pictures.

The scripts use `wherein.search` and `wherein.index`; nothing imports them but their tests.
"""
