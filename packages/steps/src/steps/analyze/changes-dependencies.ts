import path from "node:path";
import { isTable, parseJson } from "../../project/read-data.ts";

/** Keys of JSON manifests that name other packages. */
const KEYS = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "overrides",
  "resolutions",
  "require",
  "require-dev",
];

/** Whether what a manifest asks for differs between two of its texts, as far as that is certain. Pure. */
export function changesDependencies(file: string, before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const read = file.endsWith(".json") ? fromJson : path.posix.basename(file) === "go.mod" ? fromGoMod : fromLines(file);
  const [old, now] = [read(before), read(after)];
  return old !== undefined && now !== undefined && old !== now;
}

function fromJson(text: string): string | undefined {
  const manifest = parseJson(text);
  if (!isTable(manifest)) return undefined;
  const entries = Object.entries(manifest).filter(([key]) => KEYS.includes(key));
  return JSON.stringify(sorted(Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]))));
}

function sorted(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
    : value;
}

function fromGoMod(text: string): string {
  const required = text.match(/^\s*(?:require\s+)?[\w.-]+\.[\w./~-]+ v\S+/gm) ?? [];
  return required
    .map((line) => line.replace(/^\s*(?:require\s+)?/, ""))
    .toSorted()
    .join("\n");
}

/** Lines of the sections that are about dependencies, without comments. */
function fromLines(file: string): (text: string) => string {
  return (text) => {
    let counts = path.posix.basename(file) === "Gemfile";
    const lines: string[] = [];
    for (const raw of text.split(/\r?\n/)) {
      const line = raw.replace(/(?:^|\s)#.*$/, "").trim();
      const [, section] = /^\[+([^\]]+)\]+$/.exec(line) ?? [];
      if (section !== undefined) counts = /dependenc|^project$/.test(section);
      if (counts && line !== "" && !/^(?:version|name|description|authors|edition|readme|license)\s*=/.test(line)) {
        lines.push(line);
      }
    }
    return lines.toSorted().join("\n");
  };
}
