#!/usr/bin/env bash
# Prints what the encoder and the reranker bring, on labelled sets and on questions in users' own words, which
# are reported and not tuned on: eval-meaning.sh BINARY DATA KB MODELS. DATA has the folders sumo, techqa-sample and
# ms-support-kb, KB the articles of internal/eval/testdata/questions. Vectors and scores are kept in MODELS/evaluation.
set -euo pipefail
bin=$1 data=$2 kb=$3 models=$4
kept=$models/evaluation
mkdir -p "$kept"
run() { # NAME SET FLAG...
  local name=$1 set=$2
  shift 2
  echo "## $name"
  "$bin" eval ranking "$set" --layers --vectors "$models/minilm-l6" --vectors-file "$kept/$(basename "$set").db" \
    --reranker "$models/ms-marco-minilm-l12" --scores-file "$kept/$(basename "$set").scores" "$@"
}
run "sumo test, nothing learned" "$data/sumo" --no-learning
run "sumo test, learned from the year and a half before" "$data/sumo" --history "$data/sumo:dev"
run "sumo test, each resolved ticket known to the next" "$data/sumo" --history "$data/sumo:dev" --stream
run "techqa-sample with ms-support-kb" "$data/techqa-sample" --with "$data/ms-support-kb"
run "questions in users' own words" internal/eval/testdata/questions --with "$kb"
