// Kept in syntax that Node 12 parses, so that an old Node gets one plain line instead of a syntax error.
import { readFileSync } from "fs";

function numbers(version) {
  return version
    .replace(/^[^0-9]*/, "")
    .split(".")
    .map(Number);
}

/** Whether `version` is at least `minimum` ("v18.1.0", ">=20.19"); missing parts count as 0. */
export function isAtLeast(version, minimum) {
  const actual = numbers(version);
  const wanted = numbers(minimum);
  for (let index = 0; index < 3; index++) {
    const difference = (actual[index] || 0) - (wanted[index] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** True when this Node is the one package.json asks for; otherwise says what is missing and sets exit code 2. */
export function requireNode() {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const minimum = manifest.engines.node;
  if (isAtLeast(process.version, minimum)) return true;
  console.error(
    "Node " +
      minimum.replace(/^>=/, ">= ") +
      " is needed and this is Node " +
      process.version.slice(1) +
      ": install a newer one from https://nodejs.org and run the command again.",
  );
  process.exitCode = 2;
  return false;
}
