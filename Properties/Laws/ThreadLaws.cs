using FsCheck;

namespace MicroGpt.Properties;

/// <summary>A division of the rows of a kernel among threads: the first row and the number of rows of a part.</summary>
public delegate (int First, int Count) RowDivision(int rows, int unit, int part, int parts);

/// <summary>Laws of threads that share a kernel.</summary>
public static class ThreadLaws
{
    /// <summary>
    /// Each row is in exactly one part, and each part begins at a multiple of the unit. No part has a single row of several, because a
    /// product of one row is summed in another order. The law assumes two units or more for each part.
    /// </summary>
    public static Property DividesRows(int rows, int unit, int parts, RowDivision division)
    {
        var shares = Enumerable.Range(0, parts).Select(part => division(rows, unit, part, parts)).ToArray();
        return Verdict.NoneOf(
        [
            .. from row in Enumerable.Range(0, rows)
               let times = shares.Count(share => row >= share.First && row < share.First + share.Count)
               where times != 1
               select $"row {row} is computed {times} times",
            .. from share in shares where share.First % unit != 0 select $"a part begins at row {share.First}",
            .. from share in shares where share.Count == 1 && rows > 1 select $"a part is row {share.First} alone",
        ]);
    }
}
