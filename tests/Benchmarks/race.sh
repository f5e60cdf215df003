#!/usr/bin/env bash
# Races yardstick.c, a training loop written by hand in C for fixed sizes, against `microgpt bench`, in turn and on one core, and
# prints the ratios of the best times as a table: race.sh NAMES [ROUNDS]. Needs gcc and the .NET SDK.
set -euo pipefail
names=$(realpath "${1:?a file with one name on each line}") rounds=${2:-5}
cd "$(dirname "$0")/../.."
dotnet build Shell -v quiet --nologo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
one_core=$(command -v taskset >/dev/null && echo "taskset -c 0" || true)
best='s/.*: best \([0-9.]*\), median.*us\/step.*/\1/p'

echo "| n_embd | n_layer | batch | precision | C, us/step | ours, us/step | ours / C |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
while read -r n_embd n_layer batch precision real steps; do
  gcc -O3 -march=native -ffast-math -DREAL="$real" -DN_EMBD="$n_embd" -DN_LAYER="$n_layer" -DBATCH="$batch" \
    -o "$work/yardstick" tests/Benchmarks/yardstick.c -lm
  for _ in $(seq "$rounds"); do
    $one_core "$work/yardstick" "$names" "$steps" | sed -n "$best" >> "$work/c"
    $one_core dotnet Shell/bin/Debug/net10.0/microgpt.dll bench --data "$names" --threads 1 --n-embd "$n_embd" --n-layer "$n_layer" \
      --batch-size "$batch" --precision "$precision" --steps "$steps" | sed -n "$best" >> "$work/ours"
  done
  c=$(sort -g "$work/c" | head -1) ours=$(sort -g "$work/ours" | head -1)
  awk -v c="$c" -v ours="$ours" -v row="| $n_embd | $n_layer | $batch | $precision |" 'BEGIN { printf "%s %.1f | %.1f | %.2f |\n", row, c, ours, ours / c }'
  rm "$work/c" "$work/ours"
done <<'SIZES'
16 1 1 single float 20000
16 1 1 double double 20000
16 1 16 single float 4000
64 1 16 single float 1000
128 4 16 single float 600
SIZES
