"""Writes fixtures/logarithm.json: ln x to 25 digits, from mpmath at 60. Run from this folder: python3 logarithm.py"""
import json
import random

import mpmath

mpmath.mp.dps = 60
random.seed(1)
points = [1.0, 2.0, 0.5, 2.0**0.5, 0.5**0.5, 1 + 2.0**-52, 1 - 2.0**-53, 1 + 1e-8, 1 - 1e-8, 10.0, 5e-324, 3e-310, 2.0**-1022]
points += [1.7976931348623157e308, 0.7071067811865476, 1.4142135623730954]
points += [10 ** random.uniform(-307, 308) for _ in range(100)] + [random.uniform(0, 1) for _ in range(60)]
points += [random.uniform(0.7, 1.45) for _ in range(80)]
rows = [{"x": x, "logarithm": mpmath.nstr(mpmath.log(mpmath.mpf(x)), 25)} for x in points]
with open("fixtures/logarithm.json", "w") as file:
    json.dump(rows, file, indent=1)
    file.write("\n")
