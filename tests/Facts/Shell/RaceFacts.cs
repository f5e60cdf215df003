using System.Diagnostics;

namespace MicroGpt.Facts.Shell;

/// <summary>The race against C compares its rows with the recorded ones. Stand-ins take the place of compiler and programs.</summary>
public class RaceFacts
{
    // The script, in a repository of its own, with a compiler and a runtime that print the times of their stand-ins: 10 for C, $OURS for
    // ours. The only recorded row has a ratio of 0.5, and a noise of 0.1.
    private const string Race =
        """
        set -euo pipefail
        cd "$(mktemp -d)"
        trap 'rm -rf "$PWD"' EXIT
        mkdir -p repo/tests/Benchmarks bin
        cp "$1/tests/Benchmarks/race.sh" repo/tests/Benchmarks
        echo '2026-01-01,abc,machine,16,1,1,single,10.0,5.0,0.5,0.1' > repo/tests/Benchmarks/race.csv
        printf '#!/usr/bin/env bash\n%s\n' 'while [ "$1" != -o ]; do shift; done' \
          'printf "#!/usr/bin/env bash\necho x: best 10.0, median 1 us/step\n" > "$2"; chmod +x "$2"' > bin/gcc
        printf '#!/usr/bin/env bash\n%s\n' 'if [ "$1" != build ]; then echo "x: best $OURS, median 1 us/step"; fi' > bin/dotnet
        printf '#!/usr/bin/env bash\necho abc\n' > bin/git
        chmod +x bin/*
        touch names history
        PATH="$PWD/bin:$PATH" repo/tests/Benchmarks/race.sh names 2 history || echo "exit code $?"
        wc -l < history
        """;

    [Theory]
    [InlineData("7.0", "| 16 | 1 | 1 | single | 10.0 | 7.0 | 0.70 | 0.00 | 0.50 | worse |", true)]
    [InlineData("5.9", "| 16 | 1 | 1 | single | 10.0 | 5.9 | 0.59 | 0.00 | 0.50 | the same |", false)]
    [InlineData("3.0", "| 16 | 1 | 1 | single | 10.0 | 3.0 | 0.30 | 0.00 | 0.50 | better |", false)]
    public void A_row_is_worse_if_its_ratio_exceeds_the_recorded_one_by_more_than_the_noise(string ours, string row, bool fails)
    {
        var start = new ProcessStartInfo("bash", ["-c", Race, "bash", Repository.Root]) { RedirectStandardOutput = true };
        start.Environment["OURS"] = ours;
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        Assert.Contains(row, lines);
        Assert.Contains("| 128 | 4 | 16 | single | 10.0 | " + $"{ours} | 0.{ours[0]}{ours[2]} | 0.00 |  | new |", lines);
        Assert.Equal(fails, lines.Contains("exit code 1"));
        Assert.Equal("5", lines[^2].Trim());
    }
}
