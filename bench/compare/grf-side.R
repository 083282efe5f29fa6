# grf's side of `npm run bench:compare`: fits one case and prints its times and effects as JSON.
# Usage: Rscript grf-side.R CASE.json. Times are CPU (user + system) and wall milliseconds, loading left out.
suppressPackageStartupMessages(library(grf))
text <- paste(readLines(commandArgs(TRUE)[1]), collapse = "")
field <- function(name) sub(paste0('.*"', name, '": *"?([^",}]*)"?.*'), "\\1", text)
number <- function(name) as.numeric(field(name))
n <- number("rows"); new <- number("newRows"); p <- number("covariates"); trees <- number("trees")
numbers <- matrix(readBin(field("data"), "double", (n + new) * (p + 4), endian = "little"), n + new)
X <- numbers[seq_len(n), seq_len(p)]
Xnew <- numbers[n + seq_len(new), seq_len(p)]
column <- function(k) numbers[seq_len(n), p + k]
times <- character(0)
timed <- function(name, work) {
  spent <- system.time(result <- work())
  times[[length(times) + 1]] <<- sprintf('"%s": {"cpu": %f, "wall": %f}', name, 1000 * sum(spent[1:2]), 1000 * spent[3])
  result
}
given <- field("kind") == "forest"
fit <- function() causal_forest(X, column(1), column(2), Y.hat = if (given) column(3), W.hat = if (given) column(4),
                                num.trees = trees, num.threads = 1, seed = number("seed"), compute.oob.predictions = FALSE)
forest <- timed("training", fit)
predicted <- timed("prediction", function() predict(forest, Xnew, estimate.variance = TRUE, num.threads = 1))
oob <- timed("outOfBag", function() predict(forest, estimate.variance = TRUE, num.threads = 1))
list <- function(x) paste0("[", paste(format(x, digits = 15, trim = TRUE), collapse = ","), "]")
cat(sprintf('{"version": "grf %s", "times": {%s}, "effect": %s, "variance": %s, "outOfBag": %s}\n',
            packageVersion("grf"), paste(times, collapse = ", "), list(predicted$predictions),
            list(predicted$variance.estimates), list(oob$predictions)))
