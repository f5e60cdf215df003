namespace MicroGpt.Autograd;

// The operators of Operations.cs again, as members of each type, because F# finds members but not extension operators.

public readonly partial record struct Real
{
    public static Real operator +(Real x, Real y) => Operations.op_Addition(x, y);
    public static Real operator +(Real x, double c) => Operations.op_Addition(x, c);
    public static Real operator +(double c, Real x) => Operations.op_Addition(c, x);
    public static Real operator -(Real x, Real y) => Operations.op_Subtraction(x, y);
    public static Real operator -(Real x, double c) => Operations.op_Subtraction(x, c);
    public static Real operator -(double c, Real x) => Operations.op_Subtraction(c, x);
    public static Real operator *(Real x, Real y) => Operations.op_Multiply(x, y);
    public static Real operator *(Real x, double c) => Operations.op_Multiply(x, c);
    public static Real operator *(double c, Real x) => Operations.op_Multiply(c, x);
    public static Real operator /(Real x, Real y) => Operations.op_Division(x, y);
    public static Real operator /(Real x, double c) => Operations.op_Division(x, c);
    public static Real operator /(double c, Real x) => Operations.op_Division(c, x);
    public static Real operator -(Real x) => Operations.op_UnaryNegation(x);
}

public readonly partial record struct Dual<T>
{
    public static Dual<T> operator +(Dual<T> x, Dual<T> y) => Operations.op_Addition(x, y);
    public static Dual<T> operator +(Dual<T> x, double c) => Operations.op_Addition(x, c);
    public static Dual<T> operator +(double c, Dual<T> x) => Operations.op_Addition(c, x);
    public static Dual<T> operator -(Dual<T> x, Dual<T> y) => Operations.op_Subtraction(x, y);
    public static Dual<T> operator -(Dual<T> x, double c) => Operations.op_Subtraction(x, c);
    public static Dual<T> operator -(double c, Dual<T> x) => Operations.op_Subtraction(c, x);
    public static Dual<T> operator *(Dual<T> x, Dual<T> y) => Operations.op_Multiply(x, y);
    public static Dual<T> operator *(Dual<T> x, double c) => Operations.op_Multiply(x, c);
    public static Dual<T> operator *(double c, Dual<T> x) => Operations.op_Multiply(c, x);
    public static Dual<T> operator /(Dual<T> x, Dual<T> y) => Operations.op_Division(x, y);
    public static Dual<T> operator /(Dual<T> x, double c) => Operations.op_Division(x, c);
    public static Dual<T> operator /(double c, Dual<T> x) => Operations.op_Division(c, x);
    public static Dual<T> operator -(Dual<T> x) => Operations.op_UnaryNegation(x);
}

public readonly partial struct Value<T>
{
    public static Value<T> operator +(Value<T> x, Value<T> y) => Operations.op_Addition(x, y);
    public static Value<T> operator +(Value<T> x, double c) => Operations.op_Addition(x, c);
    public static Value<T> operator +(double c, Value<T> x) => Operations.op_Addition(c, x);
    public static Value<T> operator -(Value<T> x, Value<T> y) => Operations.op_Subtraction(x, y);
    public static Value<T> operator -(Value<T> x, double c) => Operations.op_Subtraction(x, c);
    public static Value<T> operator -(double c, Value<T> x) => Operations.op_Subtraction(c, x);
    public static Value<T> operator *(Value<T> x, Value<T> y) => Operations.op_Multiply(x, y);
    public static Value<T> operator *(Value<T> x, double c) => Operations.op_Multiply(x, c);
    public static Value<T> operator *(double c, Value<T> x) => Operations.op_Multiply(c, x);
    public static Value<T> operator /(Value<T> x, Value<T> y) => Operations.op_Division(x, y);
    public static Value<T> operator /(Value<T> x, double c) => Operations.op_Division(x, c);
    public static Value<T> operator /(double c, Value<T> x) => Operations.op_Division(c, x);
    public static Value<T> operator -(Value<T> x) => Operations.op_UnaryNegation(x);
}
