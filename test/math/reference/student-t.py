"""Writes fixtures/student-t.json: reference values of Student's t by mpmath at 60 digits.

    pip install mpmath==1.3.0 && python3 student-t.py > fixtures/student-t.json

Arguments are doubles; values are printed with 20 digits. Rows are [t or p, degrees of freedom, value].
"""
import json
from mpmath import mp, mpf, betainc, exp, log, loggamma, nstr, pi, sqrt

mp.dps = 60


def density(u, v):
    constant = exp(loggamma((v + 1) / 2) - loggamma(v / 2)) / sqrt(v * pi)
    return constant * exp(-(v + 1) / 2 * log(1 + u * u / v))


def upper(t, v):
    """P(T > t): the incomplete beta function, or for many degrees of freedom 1/2 minus its series of positive terms
    (DLMF 8.17.8), with digits enough for the subtraction."""
    if t < 0:
        return 1 - upper(-t, v)
    if v <= 2000:
        return betainc(v / 2, mpf(1) / 2, 0, v / (v + t * t), regularized=True) / 2
    with mp.workdps(400):
        a, y = v / 2, t * t / (v + t * t)
        term = total = mpf(1)
        k = 0
        while term > total * mpf(10) ** -390:
            term *= (a + mpf(1) / 2 + k) / (mpf(3) / 2 + k) * y
            total += term
            k += 1
        constant = exp(loggamma(a + mpf(1) / 2) - loggamma(a)) / sqrt(pi)
        return mpf(1) / 2 - constant * sqrt(y) * (1 - y) ** a * total


def quantile(p, v):
    tail = p if p < mpf("0.5") else 1 - p
    # Bisection on log t, then Newton.
    low, high = mpf(-60), mpf(800)
    for _ in range(40):
        middle = (low + high) / 2
        if upper(exp(middle), v) > tail:
            low = middle
        else:
            high = middle
    t = exp((low + high) / 2)
    for _ in range(60):
        step = (upper(t, v) - tail) / density(t, v)
        t += step
        if abs(step) < mpf(10) ** -40 * t:
            break
    return -t if p < mpf("0.5") else t


degrees = [0.5, 1.0, 2.0, 3.0, 4.5, 9.0, 10.0, 29.0, 31.0, 33.0, 100.0, 399.0, 997.5, 1e4 - 1]
large = [1e4, 12345.5, 1e5, 1e6, 1e9]
points = [1e-8, 0.001, 0.1, 0.5, 0.67, 1.0, 1.5, 1.7, 1.75, 2.0, 3.0, 5.0, 8.0, 12.0]
far = [20.0, 30.0, 100.0, 1e5, 1e160]
probabilities = [1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.025, 0.05, 0.2, 0.2499, 0.25, 0.3, 0.45, 0.4999, 0.6, 0.9, 0.975, 0.995]
upper_rows = [[s * t, v] for v in degrees + large for t in points for s in (-1, 1)]
upper_rows += [[t, v] for v in [0.5, 1.0, 2.0, 4.5, 10.0] for t in far[:4]] + [[1e160, 1.0], [20.0, 100.0], [30.0, 100.0], [20.0, 1e5], [30.0, 1e5]]
quantile_rows = [[p, v] for v in [0.5, 1.0, 2.0, 3.0, 4.5, 10.0, 31.0, 100.0, 997.5] for p in probabilities]
print(json.dumps({
    "source": "mpmath 1.3.0 at 60 digits, see student-t.py",
    "upperTail": [[t, v, nstr(upper(mpf(t), mpf(v)), 20)] for t, v in upper_rows],
    "quantile": [[p, v, nstr(quantile(mpf(p), mpf(v)), 20)] for p, v in quantile_rows],
}, indent=0).replace(",\n", ", ").replace("[\n", "[").replace("\n]", "]"))
