#:project ../../Core/Core.csproj
// Newton's method in Rosenbrock's valley, where gradient descent needs thousands of steps. The Hessian is the gradient of the
// gradient: Backward returns expressions, so it applies to its own results. This prints:
//
//   step 0: f(-1.200000,  1.000000) =   24.2000000000
//   step 1: f(-1.175281,  1.380674) =    4.7318843253
//   step 2: f( 0.763115, -3.175034) = 1411.8451793094
//   step 3: f( 0.763430,  0.582825) =    0.0559655168
//   step 4: f( 0.999995,  0.944027) =    0.3131890761
//   step 5: f( 0.999996,  0.999991) =    0.0000000000
//   step 6: f( 1.000000,  1.000000) =    0.0000000000

using MicroGpt.Autograd;

Variable x = new("x", Shape.Scalar), y = new("y", Shape.Scalar);
var f = (x - 1).Pow(2) + 100 * (y - x * x).Pow(2);
var gradient = f.Backward();
var (fx, fy) = (gradient[x], gradient[y]);
var (ofFx, ofFy) = (fx.Backward(), fy.Backward());
Expr[] wanted = [f, fx, fy, ofFx[x], ofFx[y], ofFy[y]];

var (u, v) = (-1.2, 1.0);
for (var step = 0; step <= 6; step++)
{
    var here = Environment<Real>.Of(Inputs.None).With(x, new(1, 1, [new(u)])).With(y, new(1, 1, [new(v)]));
    var at = Evaluation.Evaluate([.. wanted], here).Select(matrix => matrix[0, 0].Plain).ToArray();
    var (value, gx, gy, hxx, hxy, hyy) = (at[0], at[1], at[2], at[3], at[4], at[5]);
    Console.WriteLine($"step {step}: f({u,9:F6}, {v,9:F6}) = {value,15:F10}");
    var determinant = hxx * hyy - hxy * hxy;
    (u, v) = (u - (hyy * gx - hxy * gy) / determinant, v - (hxx * gy - hxy * gx) / determinant);
}
