using System.Text;
using MicroGpt.Checkpoints;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public class BadInputFacts
{
    [Theory]
    [InlineData("--data missing.txt", "missing.txt cannot be read: it does not exist; name a text file")]
    [InlineData("--data nowhere/names.txt", "nowhere/names.txt cannot be read: its folder does not exist;")]
    [InlineData("--data .", ". cannot be read: it is a folder;")]
    [InlineData("--data ", "--data is an empty path;")]
    [InlineData("--data=", "--data has no value; write one after it, such as --data names.txt.")]
    [InlineData("--data empty.txt", "empty.txt holds no documents")]
    [InlineData("--data blank.txt", "blank.txt holds no documents")]
    [InlineData("--data latin.txt", "latin.txt is not UTF-8: the byte 0xE9 at offset 3")]
    [InlineData("--data utf16.txt", "utf16.txt cannot be read as text: it is a text in UTF-16; save it as UTF-8.")]
    [InlineData("--data names.gz", "names.gz cannot be read as text: it is compressed by gzip; unpack it first with gunzip.")]
    [InlineData("--data names.zip", "names.zip cannot be read as text: it is a zip archive; unpack it first.")]
    [InlineData("--data pointer.txt",
        "pointer.txt cannot be read as text: it is a Git LFS pointer, not the file that it stands for; fetch the file itself with")]
    [InlineData("--data best",
        "best cannot be read as text: it is a checkpoint of 3 steps; name a text file, names or shakespeare.")]
    [InlineData("--n-embd 10", "n_embd is 10, which n_head, 4, does not divide; make it a multiple of 4.")]
    [InlineData("--n-embd 0", "--n-embd is 0; it must be at least 1.")]
    [InlineData("--n-layer -3", "--n-layer is -3; it must be at least 1.")]
    [InlineData("--block-size 2147483648", "--block-size is 2147483648; it must be at most 2147483647.")]
    [InlineData("--n-head 1.5", "--n-head is “1.5”, not a whole number;")]
    [InlineData("--steps ten", "--steps is “ten”, not a whole number;")]
    [InlineData("--steps --samples 3", "--steps has no value; write one after it, such as --steps 1000.")]
    [InlineData("--seed -1", "--seed is -1; it must be at least 0.")]
    [InlineData("--seed 1 --seed 2", "--seed is given 2 times; give it once.")]
    [InlineData("--samples -1", "--samples is -1; it must be at least 0.")]
    [InlineData("--temperature -0.5", "--temperature is -0.5; it must be finite and at least 0.")]
    [InlineData("--temperature NaN", "--temperature is NaN; it must be finite and at least 0.")]
    [InlineData("--temperature Infinity", "--temperature is Infinity; it must be finite and at least 0.")]
    [InlineData("--temperature 0,5", "--temperature is “0,5”, not a number;")]
    [InlineData("--learning-rate -0.1", "--learning-rate is -0.1; it must be finite and greater than 0.")]
    [InlineData("--learning-rate 1e999", "--learning-rate is “1e999”, which is too large; the largest number is 1.7E+308.")]
    [InlineData("--learning-rate Infinity", "--learning-rate is Infinity; it must be finite and greater than 0.")]
    [InlineData("--temperature 1e-400", "--temperature is “1e-400”, which rounds to 0; the number nearest to 0 is 5E-324.")]
    [InlineData("--validation 0.0e5 --learning-rate -1e-400",
        "--learning-rate is “-1e-400”, which rounds to 0; the number nearest to 0 is 5E-324.")]
    [InlineData("--optimizer newton", "--optimizer is “newton”; it must be adam, adamw or sgd.")]
    [InlineData("--weight-decay 0.1", "adam has no --weight-decay; it has --beta1, --beta2, --epsilon, --clip.")]
    [InlineData("--optimizer sgd --beta1 0.9", "sgd has no --beta1; it has --momentum, --nesterov, --clip.")]
    [InlineData("--beta1 1", "--beta1 is 1; it must be at least 0 and less than 1.")]
    [InlineData("--epsilon 0", "--epsilon is 0; it must be finite and greater than 0.")]
    [InlineData("--clip -1", "--clip is -1; it must be finite and at least 0.")]
    [InlineData("--optimizer sgd --nesterov", "nesterov is a kind of momentum, and momentum is 0; choose a momentum, such as 0.9.")]
    [InlineData("--engine steam", "--engine is “steam”; it must be compiled, scalar or expression.")]
    [InlineData("--log nowhere/log.csv", "The log nowhere/log.csv cannot be written: its folder does not exist;")]
    [InlineData("--log .", "The log . cannot be written: it is a folder;")]
    [InlineData("--log ./input.txt", "--log ./input.txt would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("--save ./input.txt", "--save ./input.txt would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("--log model --save ./model", "--save ./model and --log model would overwrite each other; name two files.")]
    [InlineData("--save nowhere/model",
        "nowhere/model cannot be saved: its folder does not exist; make room, or name another file with --save.")]
    [InlineData("--save .", ". cannot be saved: it is a folder;")]
    [InlineData("--save-every 5", "--save-every says when to save, but not where; write --save model.safetensors, too.")]
    [InlineData("--save model --save-every 0", "--save-every is 0; it must be at least 1.")]
    [InlineData("--resume missing", "missing cannot be read: it does not exist; name a file that --save wrote.")]
    [InlineData("--resume input.txt",
        "input.txt cannot be used as a checkpoint: it is a text file that begins with “anna”; name a file that --save wrote.")]
    [InlineData("--validation 1", "--validation is 1; it must be at least 0 and less than 1.")]
    [InlineData("--validation 0.01", "validation is 0.01, which of 3 documents holds out none; choose another share.")]
    [InlineData("--n-embed 32", "There is no option --n-embed; the nearest is --n-embd,")]
    [InlineData("--learn-rate=0.1", "There is no option --learn-rate; the nearest is --learning-rate,")]
    [InlineData("bench --engine scalar", "There is no option --engine; --help lists them all.")]
    [InlineData("names.txt", "The argument “names.txt” belongs to no option;")]
    [InlineData("train --stesp 3", "There is no option --stesp; the nearest is --steps,")]
    [InlineData("trian --steps 3", "There is no command “trian”; the nearest is train,")]
    [InlineData("--steps 3 train --steps 3", "--steps is given 2 times; give it once.")]
    [InlineData("-- --steps", "The argument “--steps” belongs to no option;")]
    [InlineData("-- --x", "The argument “--x” belongs to no option;")]
    [InlineData("--x -- --y", "There is no option --x;", "The argument “--y” belongs to no option;")]
    [InlineData("--steps --help", "--steps has no value; write one after it, such as --steps 1000.")]
    [InlineData("--seed --version", "--seed has no value; write one after it, such as --seed 42.")]
    [InlineData("--extend", "--extend says that a run is to grow, but not which; write --resume model.safetensors, too.")]
    [InlineData("show loss loss", "show takes one subject and was given 2;")]
    [InlineData("gradcheck --steps 3", "There is no option --steps; the nearest is")]
    [InlineData("--steps 3 gradcheck", "--steps means nothing to gradcheck; leave it out.")]
    [InlineData("gradcheck --n-head 3 --seed -1", "n_embd is 16, which n_head, 3, does not divide;", "--seed is -1;")]
    [InlineData("--engine steam --n-embd 10 --lag", "no option --lag", "n_embd is 10", "--engine is “steam”")]
    [InlineData("--n-embd 100000 --n-head 1", "parameters, more than memory can hold;")]
    [InlineData("--n-embd x --n-head 0 --steps 0 --temperature -1 --data missing.txt --lag 1 --log",
        "no option --lag", "--log has no value", "--n-embd is “x”", "--n-head is 0", "--steps is 0", "--temperature is -1",
        "missing.txt cannot be read")]
    public void All_problems_of_a_command_line_are_reported_before_training(string arguments, params string[] problems)
    {
        using var folder = Folder();
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var sentences = run.Error.TrimEnd('\n').Split('\n');
        Assert.All(problems, problem => Assert.Contains(sentences, sentence => sentence.Contains(problem)));
        Assert.Equal(problems.Length, sentences.Length);
        Assert.All(sentences, sentence => Assert.EndsWith(".", sentence));
    }

    [Theory]
    [InlineData("--learning-rate 1e300", "The loss of step 2 is NaN, not a number to learn from; try a learning_rate of 0.01.\n")]
    [InlineData("--steps 1 --temperature 1e-320",
        "The probabilities of the next token are not numbers; try a smaller learning_rate, or a temperature nearer to 1.\n")]
    public void Numbers_that_become_NaN_are_reported(string arguments, string problem)
    {
        using var folder = Folder();
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, problem), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Without_standard_error_only_the_exit_code_reports_a_failure()
    {
        using var folder = Folder();
        Assert.Equal(new(1, "", ""), folder.RunWithoutError("--steps", "ten"));
    }

    [Fact]
    public void A_model_too_large_for_the_memory_ends_with_a_sentence_and_exit_code_1()
    {
        using var folder = Folder();
        using var process = folder.Start(memory: 100_000_000, "--n-embd", "8000", "--n-head", "1");
        Assert.Equal(
            "There is not enough memory for a model of this size; choose a smaller n_embd, n_layer, block_size or batch_size.\n",
            process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
    }

    private static Folder Folder() => new Folder()
        .With("input.txt", "anna\nbob\nzoë\n")
        .With("empty.txt", "")
        .With("blank.txt", " \n\t\r\n")
        .With("latin.txt", [.. "zo\n"u8, 0xE9])
        .With("utf16.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("anna\nbob\n")])
        .With("names.gz", [0x1F, 0x8B, 0x08, 0x00])
        .With("names.zip", "PK\u0003\u0004")
        .With("pointer.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
        .With("best", [.. CheckpointFile.Write(Saved.Small(Precision.Double))]);
}
