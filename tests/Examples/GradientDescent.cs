#:project ../../Core/Core.csproj
// Gradient descent in ten lines fits a straight line to four points that lie on one. This prints:
//
//   step  0: y = 0.0000x + 0.0000, loss 84.000000
//   step 10: y = 2.0116x + 0.9753, loss 0.000887
//   step 20: y = 2.0055x + 0.9882, loss 0.000202
//   step 30: y = 2.0026x + 0.9944, loss 0.000046
//   step 40: y = 2.0013x + 0.9973, loss 0.000010
//   step 50: y = 2.0006x + 0.9987, loss 0.000002

using MicroGpt.Autograd;

(double X, double Y)[] points = [(0, 1), (1, 3), (2, 5), (3, 7)];
var (slope, height) = (0.0, 0.0);
for (var step = 0; step <= 50; step++)
{
    var (a, b) = (Value<Real>.Variable(new(slope)), Value<Real>.Variable(new(height)));
    var loss = Sum.Of(points.Select(p => (a * p.X + b - p.Y).Pow(2)));
    var gradient = loss.Backward();
    if (step % 10 == 0) Console.WriteLine($"step {step,2}: y = {slope:F4}x + {height:F4}, loss {loss.Plain:F6}");
    (slope, height) = (slope - 0.03 * gradient[a].Plain, height - 0.03 * gradient[b].Plain);
}
