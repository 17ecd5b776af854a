"""How good are the answers?

Asks questions with known answers, as the server does, and computes metrics of the ranking and of
the verdicts' calibration. It changes nothing: fitting a calibration and comparing variants of the
ranking are scripts.
"""
