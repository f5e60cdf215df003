namespace MicroGpt.Compilation;

/// <summary>
/// Marks a type whose objects can change: a buffer, or an object that owns buffers or counts. Outside Compilation no object can change;
/// within it, types so marked may.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
internal sealed class WorkspaceAttribute : Attribute;
