import { readFileSync } from "node:fs";

/**
 * Reads the package's own labelled paths: `== part`, then lines `label|also right path`; the rest is comments.
 * @returns {Map<string, { path: string, label: string, accept: string[] }[]>} the paths by part
 */
export function readLabelledPaths(file) {
  const parts = new Map();
  let part = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.startsWith("== ")) parts.set(line.slice(3), (part = []));
    const found = /^([a-z|]+) (.+)$/.exec(line);
    if (found === null) continue;
    const [, labels, path] = found;
    const [label, ...accept] = labels.split("|");
    part.push({ path, label, accept });
  }
  return parts;
}
