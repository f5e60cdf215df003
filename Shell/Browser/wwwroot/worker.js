// .NET runs in this worker, so that the page answers while it computes. A message is one call of a function that C# exports.

let rooms;

const start = async url => {
  const { dotnet } = await import(url);
  const { getAssemblyExports, getConfig } = await dotnet.create();
  return (await getAssemblyExports(getConfig().mainAssemblyName)).MicroGpt.Browser;
};

// A listener, not onmessage: .NET takes a worker with onmessage for one of its own threads.
addEventListener("message", async ({ data: { id, url, room, name, args } }) => {
  try {
    const result = (await (rooms ??= start(url)))[room][name](...args);
    postMessage({ id, result: typeof result === "string" && /^[{[]/.test(result) ? JSON.parse(result) : result });
  } catch (error) {
    postMessage({ id, fault: String(error?.stack ?? error) });
  }
});
