"""Writes fixtures/normal.json: reference values of the normal distribution by mpmath at 60 digits.

    pip install mpmath==1.3.0 && python3 normal.py > fixtures/normal.json

Each argument is the double that its shortest decimal text means; each value is printed with 20 digits.
"""
import json
from mpmath import mp, mpf, erf, erfc, erfinv, log, npdf, nstr, sqrt

mp.dps = 60


def text(value):
    return nstr(value, 20)


def upper(z):
    return erfc(z / sqrt(mpf(2))) / 2


def quantile(p):
    # Newton's method on log Φ, from the asymptotic start, on the tail that is small.
    tail = p if p < mpf("0.5") else 1 - p
    z = sqrt(-2 * log(tail)) if tail < mpf("0.2") else sqrt(mpf(2)) * erfinv(1 - 2 * tail)
    for _ in range(200):
        step = (log(upper(z)) - log(tail)) * upper(z) / npdf(z)
        z += step
        if abs(step) < mpf(10) ** -50 * (1 + abs(z)):
            break
    return -z if p < mpf("0.5") else z


points = [0.0, 1e-300, 1e-10, 0.01, 0.1, 0.3, 0.4687, 0.46875, 0.469, 0.6, 0.662, 0.663, 0.7, 1.0, 1.5, 1.959963984540054,
          2.0, 2.5, 3.0, 3.09, 3.999, 4.0, 4.001, 5.0, 5.6568, 5.657, 6.0, 7.5, 8.3, 10.0, 12.345, 15.0, 20.0, 26.0, 26.17, 30.03, 37.0, 37.31]
signed = sorted({s * x for x in points for s in (-1.0, 1.0)})
mills = signed + [-38.0, -39.0, -40.0, -50.0, -100.0, -1e3, -1e6, -1e12]
probabilities = [1e-300, 1e-100, 1e-50, 1e-20, 1e-16, 1e-12, 1e-10, 1e-6, 1e-5, 1e-3, 0.005, 0.01, 0.025, 0.05, 0.0749, 0.075,
                 0.0751, 0.1, 0.2, 0.25, 0.4, 0.49, 0.4999999, 0.5, 0.5000001, 0.51, 0.6, 0.75, 0.9, 0.924, 0.925, 0.926, 0.95,
                 0.975, 0.99, 0.995, 0.999, 0.999999]
print(json.dumps({
    "source": "mpmath 1.3.0 at 60 digits, see normal.py",
    "density": [[z, text(npdf(mpf(z)))] for z in signed],
    "cdf": [[z, text(upper(-mpf(z)))] for z in signed],
    "upperTail": [[z, text(upper(mpf(z)))] for z in signed],
    "erf": [[x, text(erf(mpf(x)))] for x in signed],
    "erfc": [[x, text(erfc(mpf(x)))] for x in signed if x < 26.5],
    "inverseMillsLower": [[r, text(npdf(mpf(r)) / upper(-mpf(r)))] for r in mills],
    "quantile": [[p, text(quantile(mpf(p)))] for p in probabilities],
}, indent=0).replace(",\n", ", ").replace("[\n", "[").replace("\n]", "]"))
