#!/usr/bin/env bash
# How the cost of a step grows with the model, in single precision on one core with 16 documents a step, beside what that core can
# do at most, at the best of several rounds in which the two take turns: growth.sh NAMES [ROUNDS].
set -euo pipefail
names=$(realpath "${1:?a file with one name on each line}") rounds=${2:-3}
cd "$(dirname "$0")/../.."
dotnet build Shell -v quiet --nologo
dotnet build tests/Benchmarks -c Release -v quiet --nologo
one_core=$(command -v taskset >/dev/null && echo "taskset -c 0" || true)

echo "| n_embd | n_layer | us/step | GFLOP/s | of the peak |"
echo "| --- | --- | --- | --- | --- |"
for n_layer in 1 2 4; do
  for n_embd in 16 32 64 128 256; do
    steps=$((1000000 / (n_embd * n_embd * n_layer / 4 + 500) + 600)) # so many that taking the state in and out, once a piece, is little
    for _ in $(seq "$rounds"); do
      $one_core dotnet run --no-build -c Release --project tests/Benchmarks -- peak
      $one_core dotnet Shell/bin/Debug/net10.0/microgpt.dll bench --data "$names" --threads 1 --n-embd "$n_embd" --n-layer "$n_layer" \
        --batch-size 16 --precision single --steps "$steps"
    done | awk -v row="| $n_embd | $n_layer |" '
      /^[0-9.]+ GFLOP/ { if ($1 > peak) peak = $1 }
      /us\/step/ { match($0, /best [0-9.]+/); us = substr($0, RSTART + 5, RLENGTH - 5) }
      /tokens.*GFLOP/ { if ($(NF - 1) > best) { best = $(NF - 1); fastest = us } }
      END { printf "%s %s | %s | %.0f%% |\n", row, fastest, best, 100 * best / peak }'
  done
done
