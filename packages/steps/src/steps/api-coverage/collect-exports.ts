import { resolveModule } from "./find-entries.ts";
import type { PublicName } from "./public-name.ts";
import { scanEcmascript, type ExportScan } from "./scan-ecmascript.ts";

/** Names that are asked for of a module: what it calls them, what their users call them, and whether it is told where they are passed on. */
type Wanted = ReadonlyMap<string, { readonly as: string; readonly isDocumented: boolean }>;

/** Everything that entries export, also through other modules, by the text of the modules alone. */
export function collectExports(
  entries: readonly string[],
  files: ReadonlySet<string>,
  textOf: (file: string) => string | undefined,
): readonly PublicName[] {
  const found = new Map<string, PublicName>();
  const seen = new Set<string>();
  const scans = new Map<string, ExportScan | undefined>();
  const scanOf = (file: string): ExportScan | undefined => {
    if (!scans.has(file)) {
      const text = textOf(file);
      scans.set(file, text === undefined ? undefined : scanEcmascript(file, text));
    }
    return scans.get(file);
  };
  const queue: { readonly file: string; readonly wanted: Wanted | undefined }[] = entries.map((file) => {
    return { file, wanted: undefined };
  });
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, wanted } = next;
    const key = JSON.stringify([
      file,
      wanted === undefined ? undefined : [...wanted].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ]);
    const scan = seen.has(key) ? undefined : scanOf(file);
    seen.add(key);
    if (scan === undefined) continue;
    for (const { exportedAs, ...one } of scan.names) {
      const asked = wanted?.get(exportedAs);
      if (wanted !== undefined && asked === undefined) continue;
      const name = asked === undefined || asked.as === "default" || asked.as === exportedAs ? one.name : asked.as;
      const place = `${file}\0${name}`;
      const isDocumented = one.isDocumented || asked?.isDocumented === true || found.get(place)?.isDocumented === true;
      found.set(place, { ...one, name, isDocumented });
    }
    for (const { from, names } of scan.passedOn) {
      const target = resolveModule(file, from, files);
      if (target === undefined) continue;
      // `export *` passes on everything but the default.
      if (names === "all") queue.push({ file: target, wanted });
      else {
        const inner = names.flatMap(({ name, as, isDocumented }) => {
          const asked = wanted?.get(as);
          if (wanted !== undefined && asked === undefined) return [];
          const isTold = isDocumented || asked?.isDocumented === true;
          return [[name, { as: asked?.as ?? as, isDocumented: isTold }] as const];
        });
        if (inner.length > 0) queue.push({ file: target, wanted: new Map(inner) });
      }
    }
  }
  return [...found.values()];
}
