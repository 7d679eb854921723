import { resolveModule } from "./find-entries.ts";
import type { PublicName } from "./public-name.ts";
import { scanEcmascript } from "./scan-ecmascript.ts";

/** Everything that entries export, also through other modules, by the text of the modules alone. */
export function collectExports(
  entries: readonly string[],
  files: ReadonlySet<string>,
  textOf: (file: string) => string | undefined,
): readonly PublicName[] {
  const found = new Map<string, PublicName>();
  const seen = new Set<string>();
  const queue: { readonly file: string; readonly wanted: ReadonlySet<string> | undefined }[] = entries.map((file) => {
    return { file, wanted: undefined };
  });
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, wanted } = next;
    const key = JSON.stringify([file, wanted === undefined ? undefined : [...wanted].sort()]);
    const text = seen.has(key) ? undefined : textOf(file);
    seen.add(key);
    if (text === undefined) continue;
    const { names, passedOn } = scanEcmascript(file, text);
    for (const one of names) {
      if (wanted === undefined || wanted.has(one.name)) found.set(`${file}\0${one.name}`, one);
    }
    for (const { from, names: passed } of passedOn) {
      const target = resolveModule(file, from, files);
      if (target === undefined) continue;
      if (passed === "all") queue.push({ file: target, wanted });
      else {
        const inner = [...passed].filter(([, as]) => wanted === undefined || wanted.has(as)).map(([name]) => name);
        if (inner.length > 0) queue.push({ file: target, wanted: new Set(inner) });
      }
    }
  }
  return [...found.values()];
}
