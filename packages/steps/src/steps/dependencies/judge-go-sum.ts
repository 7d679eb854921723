import type { Disagreement } from "./requirement.ts";

/** Modules that `go.mod` requires and whose `go.mod` has no hash in `go.sum`: then go refuses to build. */
export function judgeGoSum(mod: string, sum: string): readonly Disagreement[] {
  const hashes = new Set(
    sum.split("\n").flatMap((line) => {
      const [name, version] = line.trim().split(/\s+/);
      return name === undefined || version === undefined ? [] : [`${name}@${version.replace(/\/go\.mod$/, "")}`];
    }),
  );
  const { required, replaced } = readGoMod(mod);
  return required
    .filter(({ name, version }) => {
      const other = replaced.get(`${name}@${version}`) ?? replaced.get(name);
      if (other === undefined) return !hashes.has(`${name}@${version}`);
      // A folder has no hash.
      return other !== "" && !hashes.has(other);
    })
    .map(({ name, version }) => ({ name, message: `is required in version ${version}, which go.sum does not know` }));
}

interface GoMod {
  readonly required: readonly { readonly name: string; readonly version: string }[];
  /** What stands for a module, as `name@version`; empty for a folder. */
  readonly replaced: ReadonlyMap<string, string>;
}

function readGoMod(text: string): GoMod {
  const required: { name: string; version: string }[] = [];
  const replaced = new Map<string, string>();
  let block = "";
  for (const raw of text.split("\n")) {
    const line = raw.replace(/\/\/.*$/, "").trim();
    if (line === ")") block = "";
    const opened = /^(\w+)\s*\($/.exec(line)?.[1];
    if (opened !== undefined) {
      block = opened;
      continue;
    }
    const words = line.split(/\s+/).map((word) => word.replace(/^["`]|["`]$/g, ""));
    const verb = block === "" ? words.shift() : block;
    if (verb === "require" && words.length === 2) required.push({ name: words[0] ?? "", version: words[1] ?? "" });
    const arrow = words.indexOf("=>");
    if (verb !== "replace" || arrow === -1) continue;
    const to = words.slice(arrow + 1);
    replaced.set(words.slice(0, arrow).join("@"), to.length === 2 ? to.join("@") : "");
  }
  return { required, replaced };
}
