import type { Disagreement } from "./requirement.ts";
import { isTable } from "../../project/read-data.ts";

/** Packages that `pyproject.toml` asks for and `poetry.lock` or `uv.lock` does not hold. Both are given parsed. */
export function judgePythonLock(manifest: unknown, lock: unknown, kind: "poetry" | "uv"): readonly Disagreement[] {
  if (!isTable(manifest) || !isTable(lock)) return [];
  const packages = Array.isArray(lock["package"]) ? (lock["package"] as readonly unknown[]) : [];
  const locked = new Set(
    packages.flatMap((one) => (isTable(one) && typeof one["name"] === "string" ? [normalise(one["name"])] : [])),
  );
  const own = isTable(manifest["project"]) ? manifest["project"]["name"] : undefined;
  const asked = kind === "uv" ? askedOfUv(manifest) : askedOfPoetry(manifest);
  return [...new Set(asked.map(normalise))]
    .filter((name) => name !== "" && name !== "python" && !locked.has(name) && name !== normalise(String(own)))
    .map((name) => ({ name, message: "is not in the lock file" }));
}

/** One spelling for each name (PEP 503). */
function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function standard(manifest: Readonly<Record<string, unknown>>): readonly string[] {
  const project = isTable(manifest["project"]) ? manifest["project"] : {};
  const lists = [
    project["dependencies"],
    ...Object.values(isTable(project["optional-dependencies"]) ? project["optional-dependencies"] : {}),
    ...Object.values(isTable(manifest["dependency-groups"]) ? manifest["dependency-groups"] : {}),
  ];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((one: unknown) => {
      const name = typeof one === "string" ? /^\s*([A-Za-z0-9][\w.-]*)/.exec(one)?.[1] : undefined;
      return name === undefined ? [] : [name];
    });
}

function askedOfUv(manifest: Readonly<Record<string, unknown>>): readonly string[] {
  return standard(manifest);
}

function askedOfPoetry(manifest: Readonly<Record<string, unknown>>): readonly string[] {
  const tool = isTable(manifest["tool"]) ? manifest["tool"] : {};
  const poetry = isTable(tool["poetry"]) ? tool["poetry"] : {};
  const groups = isTable(poetry["group"]) ? Object.values(poetry["group"]).filter((one) => isTable(one)) : [];
  const tables = [poetry["dependencies"], poetry["dev-dependencies"], ...groups.map((one) => one["dependencies"])];
  return [...standard(manifest), ...tables.flatMap((table) => (isTable(table) ? Object.keys(table) : []))];
}
