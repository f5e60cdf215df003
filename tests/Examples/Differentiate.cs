#:project ../../Core/Core.csproj
// A formula goes in, and the formula of its gradient comes out. Nothing is computed before `Evaluate`. This prints:
//
//   f:
//   %0 = a : [1, 1]
//   %1 = b : [1, 1]
//   %2 = mul %0 %1 : [1, 1]
//   %3 = add %2 %0 : [1, 1]
//   df/da:
//   %0 = 1 : [1, 1]
//   %1 = b : [1, 1]
//   %2 = add %0 %1 : [1, 1]
//   df/db:
//   %0 = a : [1, 1]
//   at a = 2, b = 3: f is 8, df/da 4, df/db 2

using MicroGpt.Autograd;

Variable a = new("a", Shape.Scalar), b = new("b", Shape.Scalar);
var f = a * b + a;
Console.Write($"f:\n{Writer.Print(f)}");

var gradient = f.Backward();
var simplified = Simplification.Simplify(gradient[a], gradient[b]);
Console.Write($"df/da:\n{Writer.Print(simplified[0])}df/db:\n{Writer.Print(simplified[1])}");

var here = Environment<Real>.Of(Inputs.None).With(a, new(1, 1, [new(2)])).With(b, new(1, 1, [new(3)]));
Console.WriteLine($"at a = 2, b = 3: f is {At(f)}, df/da {At(gradient[a])}, df/db {At(gradient[b])}");

double At(Expr x) => x.Evaluate(here)[0, 0].Plain;
