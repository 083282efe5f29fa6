"""EconML's side of `npm run bench:compare`: fits one case and prints its times and effects as JSON.

Usage: python econml_side.py CASE.json. Times are CPU (user + system) and wall milliseconds, imports left out.
"""
import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
import econml
from econml.dml import CausalForestDML
from econml.grf import CausalForest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

with open(sys.argv[1]) as file:
    case = json.load(file)
n, new, p, trees = case["rows"], case["newRows"], case["covariates"], case["trees"]
numbers = np.fromfile(case["data"], dtype="<f8").reshape(p + 4, n + new)
X, (Y, W, Y_hat, W_hat) = np.ascontiguousarray(numbers[:p].T), numbers[p:, :n]
X_train, X_new = X[:n], X[n:]

times = {}


def timed(name, work):
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    times[name] = {"cpu": 1000 * (time.process_time() - cpu), "wall": 1000 * (time.perf_counter() - wall)}
    return result


# criterion 'mse' scores splits like grf's gradients; bags of 2, half-samples and leaf sizes as in this library's defaults.
shared = dict(
    n_estimators=trees,
    criterion="mse",
    max_samples=0.5,
    min_samples_leaf=5,
    min_balancedness_tol=0.45,
    honest=True,
    inference=True,
    subforest_size=2,
    n_jobs=1,
    random_state=case["seed"],
)
if case["kind"] == "forest":
    forest = CausalForest(**shared)
    timed("training", lambda: forest.fit(X_train, (W - W_hat).reshape(-1, 1), (Y - Y_hat).reshape(-1, 1)))
    effect, variance = timed("prediction", lambda: forest.predict_and_var(X_new))
    effect, variance = effect.ravel(), variance.ravel()
    out_of_bag = timed("outOfBag", lambda: forest.oob_predict(X_train)).ravel()
else:
    nuisance = dict(n_estimators=max(50, -(-trees // 4)), min_samples_leaf=5, n_jobs=1, random_state=case["seed"])
    model = CausalForestDML(
        model_y=RandomForestRegressor(**nuisance),
        model_t=RandomForestClassifier(**nuisance),
        discrete_treatment=True,
        cv=2,
        **shared,
    )
    timed("training", lambda: model.fit(Y, W.astype(int), X=X_train))
    inference = timed("prediction", lambda: model.effect_inference(X_new))
    effect, variance = inference.point_estimate.ravel(), inference.stderr.ravel() ** 2
    out_of_bag = None

print(
    json.dumps(
        {
            "version": f"EconML {econml.__version__}",
            "times": times,
            "effect": effect.tolist(),
            "variance": variance.tolist(),
            "outOfBag": None if out_of_bag is None else out_of_bag.tolist(),
        }
    )
)
