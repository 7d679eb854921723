import type { ForkEnvironment, ForkVerdict, ReadTextFile } from "./fork-verdict.ts";

// Events that run code which people with write access put into the repository.
const TRUSTED_EVENTS: readonly string[] = [
  "push",
  "merge_group",
  "schedule",
  "workflow_dispatch",
  "repository_dispatch",
  "release",
  "create",
  "delete",
  "deployment",
  "registry_package",
  "page_build",
  "branch_protection_rule",
  "issues",
  "label",
  "milestone",
  "discussion",
  "discussion_comment",
  "fork",
  "watch",
  "public",
  "gollum",
];

function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const field of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, field)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[field];
  }
  return current;
}

function unknownOrigin(because: string): ForkVerdict {
  return { isFork: "unknown", because };
}

// Ids stay when a repository is renamed; names differ in case only by accident.
function compareRepositories(name: string, head: unknown, base: unknown): ForkVerdict {
  if (head === null) return { isFork: true, because: `The repository behind this ${name} event has been deleted` };
  const ids = [fieldOf(head, "id"), fieldOf(base, "id")];
  const names = [fieldOf(head, "full_name"), fieldOf(base, "full_name")];
  let isSame: boolean;
  if (ids.every((id) => typeof id === "number")) isSame = ids[0] === ids[1];
  else if (names.every((fullName) => typeof fullName === "string" && fullName !== "")) {
    isSame = String(names[0]).toLowerCase() === String(names[1]).toLowerCase();
  } else return unknownOrigin(`The ${name} event does not say where its code comes from`);
  return isSame
    ? { isFork: false, because: `The ${name} event is about code of this repository` }
    : { isFork: true, because: `The ${name} event is about code of another repository` };
}

/** What the event of GitHub Actions says about where its code comes from; `undefined` outside GitHub Actions. */
export async function readGithubEvent(
  environment: ForkEnvironment,
  readFile: ReadTextFile,
): Promise<ForkVerdict | undefined> {
  if (environment["GITHUB_ACTIONS"]?.toLowerCase() !== "true") return undefined;
  const name = environment["GITHUB_EVENT_NAME"] ?? "";
  if (TRUSTED_EVENTS.includes(name)) {
    return { isFork: false, because: `A ${name} event of GitHub runs code of this repository` };
  }
  const isPullRequest = name.startsWith("pull_request");
  if (!isPullRequest && name !== "workflow_run" && name !== "issue_comment") {
    return unknownOrigin("This event of GitHub does not say where its code comes from");
  }
  const path = environment["GITHUB_EVENT_PATH"];
  if (path === undefined || path === "") return unknownOrigin(`GITHUB_EVENT_PATH is not set for a ${name} event`);
  let event: unknown;
  try {
    event = JSON.parse(await readFile(path));
  } catch {
    return unknownOrigin(`The file of the ${name} event cannot be read`);
  }
  if (isPullRequest) {
    const head = fieldOf(event, "pull_request", "head", "repo");
    return compareRepositories(name, head, fieldOf(event, "pull_request", "base", "repo"));
  }
  if (name === "workflow_run") {
    const head = fieldOf(event, "workflow_run", "head_repository");
    return compareRepositories(name, head, fieldOf(event, "repository"));
  }
  if (typeof fieldOf(event, "issue") !== "object" || fieldOf(event, "issue") === null) {
    return unknownOrigin(`The file of the ${name} event names no issue`);
  }
  return fieldOf(event, "issue", "pull_request") === undefined
    ? { isFork: false, because: "A comment on an issue runs code of this repository" }
    : unknownOrigin("A comment on a pull request does not say where its code comes from");
}
