#!/usr/bin/env bash
# Races yardstick.c, a training loop written by hand in C for fixed sizes, against `microgpt bench`, in turn and on one core:
# race.sh NAMES [ROUNDS] [HISTORY]. Prints the ratios of the best times as a table, beside those of race.csv, and exits with 1 if a ratio
# is worse by more than the noise. The noise of a row is half the distance between the best and the worst ratio of a round, and counts of
# both runs. With HISTORY, the rows are appended to that file; appended to race.csv, they are what later runs are compared with.
# Needs gcc and the .NET SDK.
set -euo pipefail
names=$(realpath "${1:?a file with one name on each line}") rounds=${2:-5} history=${3:+$(realpath "$3")}
cd "$(dirname "$0")/../.."
dotnet build Shell -v quiet --nologo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
one_core=$(command -v taskset >/dev/null && echo "taskset -c 0" || true)
best='s/.*: best \([0-9.]*\), median.*us\/step.*/\1/p'
machine=$( (lscpu 2>/dev/null || sysctl -n machdep.cpu.brand_string) | sed -n 's/^Model name: *//p;t;1{/:/!p}' | tr ',' ' ' | head -1)
run="$(date -u +%F),$(git rev-parse --short HEAD),${machine:-$(uname -m)}"

echo "| n_embd | n_layer | batch | precision | C, us/step | ours, us/step | ours / C | noise | recorded | |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
while read -r n_embd n_layer batch precision real steps; do
  gcc -O3 -march=native -ffast-math -DREAL="$real" -DN_EMBD="$n_embd" -DN_LAYER="$n_layer" -DBATCH="$batch" \
    -o "$work/yardstick" tests/Benchmarks/yardstick.c -lm
  for _ in $(seq "$rounds"); do
    c=$($one_core "$work/yardstick" "$names" "$steps" | sed -n "$best")
    ours=$($one_core dotnet Shell/bin/Debug/net10.0/microgpt.dll bench --data "$names" --threads 1 --n-embd "$n_embd" \
      --n-layer "$n_layer" --batch-size "$batch" --precision "$precision" --steps "$steps" | sed -n "$best")
    echo "$c $ours" >> "$work/rounds"
  done
  row="$n_embd,$n_layer,$batch,$precision"
  # The last line of race.csv for this row: "ratio noise".
  recorded=$(awk -F, -v row="$row" '$4 "," $5 "," $6 "," $7 == row { last = $10 " " $11 } END { print last }' tests/Benchmarks/race.csv)
  awk -v row="$row" -v run="$run" -v recorded="$recorded" -v csv="$work/csv" '
    NR == 1 || $1 < c { c = $1 }
    NR == 1 || $2 < ours { ours = $2 }
    { ratio = $2 / $1 }
    NR == 1 || ratio < low { low = ratio }
    NR == 1 || ratio > high { high = ratio }
    END {
      ratio = ours / c; noise = (high - low) / 2; before = split(recorded, r, " ")
      verdict = !before ? "new" : ratio > r[1] + r[2] + noise ? "worse" : ratio < r[1] - r[2] - noise ? "better" : "the same"
      columns = row; gsub(",", " | ", columns)
      printf "| %s | %.1f | %.1f | %.2f | %.2f | %s | %s |\n", columns, c, ours, ratio, noise, before ? sprintf("%.2f", r[1]) : "", verdict
      printf "%s,%s,%.1f,%.1f,%.3f,%.3f\n", run, row, c, ours, ratio, noise >> csv
    }' "$work/rounds" | tee -a "$work/table"
  rm "$work/rounds"
done <<'SIZES'
16 1 1 single float 20000
16 1 1 double double 20000
16 1 16 single float 4000
64 1 16 single float 1000
128 4 16 single float 600
SIZES
if [ -n "$history" ]; then cat "$work/csv" >> "$history"; fi
! grep -q "| worse |" "$work/table"
