namespace MicroGpt.Compilation;

/// <summary>
/// Marks a mutable type: a buffer, or a type that owns buffers or counters. All other types of Core are immutable. The marked types
/// are all in Compilation.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
internal sealed class WorkspaceAttribute : Attribute;
