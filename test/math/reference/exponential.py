"""Writes fixtures/exponential.json: e^x to 25 digits, from mpmath at 60. Run from this folder: python3 exponential.py"""
import json
import random

import mpmath

mpmath.mp.dps = 60
random.seed(1)
points = [0.0, 1.0, -1.0, 0.5, -0.5, 1e-10, -1e-10, 0.34657359, -0.34657359, 10.0, -10.0, 709.7, -708.3, -740.0]
points += [random.uniform(-745, 709) for _ in range(120)] + [random.uniform(-2, 2) for _ in range(80)]
rows = [{"x": x, "exponential": mpmath.nstr(mpmath.exp(mpmath.mpf(x)), 25)} for x in points]
with open("fixtures/exponential.json", "w") as file:
    json.dump(rows, file, indent=1)
    file.write("\n")
