import process from "node:process";

/**
 * Calls `call` with every item, one after another, and gives the mean wall and CPU time of a call in microseconds. Promises are waited for; what
 * returns none is not, so that a synchronous call costs no turn. `check` sees each result.
 */
export async function timePerCall(items, call, check) {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  for (let index = 0; index < items.length; index += 1) {
    const result = call(items[index], index);
    if (typeof result?.then === "function") {
      const settled = await result;
      check?.(settled, index);
    }
  }
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallUs: (wallMs * 1_000) / items.length, cpuUs: (user + system) / items.length };
}
