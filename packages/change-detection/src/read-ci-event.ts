import { readFileSync, statSync } from "node:fs";
import type { CiEvent } from "./base-candidates.ts";
import type { Environment } from "./environment.ts";
import { isObjectId } from "./object-id.ts";

/** GitHub caps the payload of an event at 25 MB. */
const LARGEST_EVENT_BYTES = 32 * 2 ** 20;

const commitOf = (value: unknown): string | undefined =>
  typeof value === "string" && isObjectId(value) ? value : undefined;

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field)
    ? (value as Readonly<Record<string, unknown>>)[field]
    : undefined;
}

/**
 * What the file of a GitHub event says: the commit before a push, the base of a merge group. A file that is missing or is no such event
 * says nothing. Without the variables of GitHub Actions no file is looked at.
 */
export function readCiEvent(environment: Environment): CiEvent {
  const { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path } = environment;
  if ((name !== "push" && name !== "merge_group") || path === undefined || path === "") return {};
  try {
    if (statSync(path).size > LARGEST_EVENT_BYTES) return {};
    const event: unknown = JSON.parse(readFileSync(path, "utf8"));
    return name === "push"
      ? { before: commitOf(fieldOf(event, "before")) }
      : { mergeGroupBase: commitOf(fieldOf(fieldOf(event, "merge_group"), "base_sha")) };
  } catch {
    return {};
  }
}
