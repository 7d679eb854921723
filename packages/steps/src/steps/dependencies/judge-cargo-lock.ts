import type { Disagreement } from "./requirement.ts";
import { isTable } from "../../project/read-data.ts";

/** A dependency in a `Cargo.toml`: its name in the registry and what version is asked for, where it comes from there. */
interface Asked {
  readonly name: string;
  readonly range: string | undefined;
}

/** What `Cargo.lock` says otherwise than a `Cargo.toml`. Both are given parsed. */
export function judgeCargoLock(manifest: unknown, lock: unknown): readonly Disagreement[] {
  if (!isTable(manifest) || !isTable(lock) || !Array.isArray(lock["package"])) return [];
  const locked = new Map<string, string[]>();
  for (const one of lock["package"] as readonly unknown[]) {
    if (!isTable(one) || typeof one["name"] !== "string" || typeof one["version"] !== "string") continue;
    locked.set(one["name"], [...(locked.get(one["name"]) ?? []), one["version"]]);
  }
  const found: Disagreement[] = [];
  const own = manifest["package"];
  if (isTable(own) && typeof own["name"] === "string" && typeof own["version"] === "string") {
    const { name, version } = own;
    const known = locked.get(name);
    if (known !== undefined && !known.includes(version)) {
      found.push({
        name,
        message: `is version ${version} here and ${known.join(", ")} in the lock file`,
      });
    }
  }
  for (const { name, range } of askedBy(manifest)) {
    const known = locked.get(name);
    if (known === undefined) found.push({ name, message: "is not in the lock file" });
    else if (range !== undefined && known.every((version) => fits(range, version) === false)) {
      found.push({ name, message: `is asked for as ${JSON.stringify(range)}, locked as ${known.join(", ")}` });
    }
  }
  return found;
}

function askedBy(manifest: Readonly<Record<string, unknown>>): readonly Asked[] {
  const targets = isTable(manifest["target"]) ? Object.values(manifest["target"]).filter((one) => isTable(one)) : [];
  const tables = [manifest, ...targets].flatMap((one) =>
    ["dependencies", "dev-dependencies", "build-dependencies"].map((group) => one[group]),
  );
  return tables
    .flatMap((table) =>
      Object.entries(isTable(table) ? table : {}).map(([key, value]) => {
        if (!isTable(value)) return { name: key, range: typeof value === "string" ? value : undefined };
        const name = typeof value["package"] === "string" ? value["package"] : key;
        const isRegistry = ["path", "git", "workspace"].every((source) => value[source] === undefined);
        // What a workspace renames is not known here.
        if (value["workspace"] === true) return { name: "", range: undefined };
        return { name, range: isRegistry && typeof value["version"] === "string" ? value["version"] : undefined };
      }),
    )
    .filter(({ name }) => name !== "");
}

/**
 * Whether a version is what a requirement of Cargo asks for, for the plain ones (`1.2`, `^1.2`, `=1.2.3`); `undefined` for all others. The
 * rule of the leftmost number that is not zero: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html.
 */
export function fits(range: string, version: string): boolean | undefined {
  const [, sign = "", ...parts] = /^\s*([\^=]?)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?\s*$/.exec(range) ?? [];
  const have = /^(\d+)\.(\d+)\.(\d+)(-)?/.exec(version);
  if (parts.length === 0 || have === null || have[4] !== undefined) return undefined;
  const asked = parts.filter((part): part is string => part !== undefined).map(Number);
  const numbers = have.slice(1, 4).map(Number);
  if (sign === "=") return asked.every((part, place) => part === numbers[place]);
  const firstSet = asked.findIndex((part) => part > 0);
  const fixed = firstSet === -1 ? asked.length : firstSet + 1;
  for (const [place, number] of numbers.entries()) {
    const part = asked[place] ?? 0;
    if (place < fixed && number !== part) return false;
    if (number !== part) return number > part;
  }
  return true;
}
