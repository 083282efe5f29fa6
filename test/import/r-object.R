# Rscript r-object.R CASE CODE FOLDER: from a reference case, a forest object with the fields in which grf keeps a fitted forest;
# then runs CODE, the README's, which leaves forest.json in FOLDER.
arguments <- commandArgs(TRUE)
case <- jsonlite::fromJSON(arguments[1], simplifyDataFrame = FALSE)
setwd(arguments[3])

numbers <- function(values) {
  if (is.list(values)) values[vapply(values, is.null, TRUE)] <- NaN
  values <- as.numeric(unlist(values))
  values[is.na(values)] <- NaN
  values
}
of_trees <- function(take) lapply(case$forest$trees, take)
kinds <- c(causal = "causal_forest", instrumental = "instrumental_forest", multi = "multi_arm_causal_forest",
           regression = "regression_forest")
kind <- kinds[[strsplit(basename(arguments[1]), "[-.]")[[1]][1]]]

forest <- list()
forest[["_ci_group_size"]] <- case$forest$ciGroupSize
forest[["_num_trees"]] <- length(case$forest$trees)
forest[["_root_nodes"]] <- of_trees(function(tree) tree$root)
forest[["_child_nodes"]] <- of_trees(function(tree) list(numbers(tree$left), numbers(tree$right)))
forest[["_split_vars"]] <- of_trees(function(tree) numbers(tree$splitVariable))
forest[["_split_values"]] <- of_trees(function(tree) numbers(tree$splitValue))
forest[["_send_missing_left"]] <- of_trees(function(tree) as.logical(tree$missingGoesLeft))
forest[["_drawn_samples"]] <- of_trees(function(tree) numbers(tree$drawnSamples))
forest[["_leaf_samples"]] <- of_trees(function(tree) lapply(tree$leafSamples, numbers))
forest$X.orig <- case$X
forest$Y.orig <- case$Y
forest$clusters <- numbers(case$clusters)
forest$equalize.cluster.weights <- isTRUE(case$equalizeClusterWeights)
if (!is.null(case$sampleWeights)) forest$sample.weights <- numbers(case$sampleWeights)
if (kind != "regression_forest") {
  forest$Y.hat <- case$Yhat
  forest$W.orig <- case$W
  forest$W.hat <- case$What
}
if (kind == "instrumental_forest") {
  forest$Z.orig <- case$Z
  forest$Z.hat <- case$Zhat
}
if (kind == "multi_arm_causal_forest") {
  forest$Y.orig <- matrix(case$Y, ncol = 1)
  forest$Y.hat <- matrix(case$Yhat, ncol = 1)
  forest$W.orig <- factor(case$W, levels = case$arms)
  colnames(forest$W.hat) <- case$arms
}
class(forest) <- c(kind, "grf")
source(arguments[2])
