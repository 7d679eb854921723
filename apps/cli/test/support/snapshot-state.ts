import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { Workspace } from "./create-workspace.ts";

/** The content of every file below `.workflow` by its path, to compare what is on disk before and after. */
export function snapshotState(workspace: Workspace, target = ""): Readonly<Record<string, string>> {
  const root = path.join(workspace.repository, target, ".workflow");
  const names = lstatSync(root, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(root, { recursive: true }) : [];
  const snapshot: Record<string, string> = {};
  for (const name of (names as string[]).sort()) {
    const file = path.join(root, name);
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) snapshot[name] = `-> ${readlinkSync(file)}`;
    else if (stat.isFile()) snapshot[name] = readFileSync(file, "utf8");
  }
  return snapshot;
}
