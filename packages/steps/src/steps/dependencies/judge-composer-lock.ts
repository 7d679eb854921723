import { createHash } from "node:crypto";
import type { Disagreement } from "./requirement.ts";
import { isTable } from "../../project/read-data.ts";

/** What the hash of a `composer.lock` is of (composer, `Locker::getContentHash`). */
const HASHED: readonly string[] = [
  "name",
  "version",
  "require",
  "require-dev",
  "conflict",
  "replace",
  "provide",
  "minimum-stability",
  "prefer-stable",
  "repositories",
  "extra",
];
const PLATFORM = /^(?:php(?:-.*)?|hhvm|(?:ext|lib)-.*|composer(?:-.*)?)$/i;

/** What `composer.lock` says otherwise than `composer.json`. Both are given parsed. */
export function judgeComposerLock(manifest: unknown, lock: unknown, source = ""): readonly Disagreement[] {
  if (!isTable(manifest) || !isTable(lock)) return [];
  const locked = ["packages", "packages-dev"].flatMap((group) => {
    const list: unknown = lock[group];
    return Array.isArray(list) ? list.filter((one) => isTable(one)) : [];
  });
  const names = new Set(
    locked
      .flatMap((one) => [one["name"], ...keysOf(one["provide"]), ...keysOf(one["replace"])])
      .map((name) => String(name).toLowerCase()),
  );
  const missing = [...keysOf(manifest["require"]), ...keysOf(manifest["require-dev"])]
    .filter((name) => !PLATFORM.test(name) && !names.has(name.toLowerCase()))
    .map((name) => ({ name, message: "is not in the lock file" }));
  if (missing.length > 0 || typeof lock["content-hash"] !== "string" || /\d\.0\b(?!["\d.])/.test(source))
    return missing;
  if (lock["content-hash"] === hashOf(manifest)) return [];
  return [
    {
      name: "composer.json",
      severity: "warning",
      message: "has other requirements than those that the lock file was made for",
    },
  ];
}

/** The hash that composer compares, in the way in which PHP writes JSON. */
export function hashOf(manifest: Readonly<Record<string, unknown>>): string {
  const content: Record<string, unknown> = {};
  for (const key of HASHED) if (manifest[key] !== undefined) content[key] = manifest[key];
  const config = manifest["config"];
  if (isTable(config) && config["platform"] !== undefined) content["config"] = { platform: config["platform"] };
  const sorted = Object.fromEntries(Object.entries(content).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return createHash("md5").update(writeAsPhp(sorted)).digest("hex");
}

function writeAsPhp(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeAsPhp).join(",")}]`;
  if (isTable(value)) {
    const entries = Object.entries(value);
    // An object that PHP reads is an array, and one without names or numbered from 0 is written as a list.
    if (entries.every(([key], place) => key === String(place))) {
      return `[${entries.map(([, one]) => writeAsPhp(one)).join(",")}]`;
    }
    return `{${entries.map(([key, one]) => `${writeAsPhp(key)}:${writeAsPhp(one)}`).join(",")}}`;
  }
  const text = JSON.stringify(value) ?? "null";
  if (typeof value !== "string") return text;
  return text
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (one) =>
      one === "\u007f" ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function keysOf(value: unknown): readonly string[] {
  return isTable(value) ? Object.keys(value) : [];
}
