// A process that asks through a cache what its parent tells it to. The parent steps it by messages, never by time.
import { openAiCache } from "../../dist/index.js";

const controllers = new Map();
let cache;

async function askServer(url, signal) {
  const response = await fetch(url, { method: "POST", signal });
  if (!response.ok) throw new Error(`The server said ${response.status}`);
  return response.json();
}

async function ask({ id, parts, url, count, mode, label }) {
  const controller = new AbortController();
  controllers.set(id, controller);
  const options = { signal: controller.signal, mode, label };
  const calls = Array.from({ length: count }, () =>
    cache.getOrCompute(parts, ({ signal }) => askServer(url, signal), options),
  );
  // The calls have looked into the cache by now; those that missed hold the lock or wait for it after this turn.
  setImmediate(() => process.send({ id, type: "asked" }));
  const settled = await Promise.allSettled(calls);
  const results = settled.map(({ status, value, reason }) =>
    status === "fulfilled" ? value : { source: "failed", message: String(reason?.message) },
  );
  process.send({ id, type: "settled", results, stats: cache.stats() });
}

process.on("message", (message) => {
  if (message.type === "open") cache = openAiCache(message.options);
  else if (message.type === "ask") void ask(message);
  else if (message.type === "abort") controllers.get(message.id).abort(new Error("left"));
  else if (message.type === "close") cache.close();
  else process.disconnect();
});
process.send({ id: 0, type: "ready" });
