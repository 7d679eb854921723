import type { LockedPackage, NodeLock } from "./locked-package.ts";

/** Reads `yarn.lock` of yarn 1 and of later ones; `undefined` where it is none. It tells which requests it answers, not who makes them. */
export function readYarnLock(text: string): NodeLock | undefined {
  if (!/^# yarn lockfile v1|^__metadata:/m.test(text)) return undefined;
  const requests = new Set<string>();
  const packages: LockedPackage[] = [];
  let current: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\S.*:$/.test(line) && !line.startsWith("#")) {
      const all = line
        .slice(0, -1)
        .split(/, */)
        .map((one) => one.replaceAll('"', "").trim());
      for (const request of all) requests.add(request);
      const [first = ""] = all;
      current = first.slice(0, first.indexOf("@", 1));
    }
    const version = /^ {2}version:? "?([^"\s]+)"?$/.exec(line)?.[1];
    if (version !== undefined && current !== undefined && version !== "0.0.0-use.local") {
      packages.push({ name: current, version });
    }
  }
  return { importers: undefined, requests, packages, forced: new Set() };
}
