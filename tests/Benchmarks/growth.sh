#!/usr/bin/env bash
# How the cost of a step grows with the model, in single precision on one core with 16 documents a step, beside what that core can
# do at most: growth.sh NAMES [ROUNDS]. Every round takes all sizes, since a machine may be slow for minutes; the best of each counts.
set -euo pipefail
names=$(realpath "${1:?a file with one name on each line}") rounds=${2:-3}
cd "$(dirname "$0")/../.."
dotnet build Shell -v quiet --nologo
dotnet build tests/Benchmarks -c Release -v quiet --nologo
one_core=$(command -v taskset >/dev/null && echo "taskset -c 0" || true)

for _ in $(seq "$rounds"); do
  for n_layer in 1 2 4; do
    for n_embd in 16 32 64 128 256; do
      steps=$((1000000 / (n_embd * n_embd * n_layer / 4 + 500) + 400)) # so many that taking the state in and out, once a piece, is little
      $one_core dotnet run --no-build -c Release --project tests/Benchmarks -- peak
      $one_core dotnet Shell/bin/Debug/net10.0/microgpt.dll bench --data "$names" --threads 1 --n-embd "$n_embd" --n-layer "$n_layer" \
        --batch-size 16 --precision single --steps "$steps"
    done
  done
done | awk '
  /^[0-9.]+ GFLOP/ { if ($1 > peak) peak = $1 }
  /us\/step/ { match($0, /n_embd=[0-9]+ n_layer=[0-9]+/); size = substr($0, RSTART, RLENGTH); match($0, /best [0-9.]+/); us = substr($0, RSTART + 5, RLENGTH - 5) }
  /tokens.*GFLOP/ { if (!(size in best)) sizes[++count] = size; if ($(NF - 1) > best[size]) { best[size] = $(NF - 1); fastest[size] = us } }
  END {
    printf "| n_embd | n_layer | us/step | GFLOP/s | of the peak, %s GFLOP/s |\n| --- | --- | --- | --- | --- |\n", peak
    for (i = 1; i <= count; i++) {
      split(sizes[i], of, /[= ]/)
      printf "| %s | %s | %s | %s | %.0f%% |\n", of[2], of[4], fastest[sizes[i]], best[sizes[i]], 100 * best[sizes[i]] / peak
    }
  }'
