import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import { listPlainFiles, type FileEntry } from "@ai-workflow/change-detection";
import { CONFIG_FILE_NAME } from "../config/config.ts";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { readStateFile } from "../state/read-state-file.ts";
import { listFiles, openStateGitCache } from "../tree/list-files.ts";

/** Where to look. */
export interface TreeLookOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Lists the files of a target that git does not ignore, with what tells their contents apart; without git those that `.gitignore` files do not
 * hide. The configuration is among them in any case. `undefined` where the target is not there.
 */
export async function lookAtTree({
  directory,
  environment,
  signal,
}: TreeLookOptions): Promise<readonly FileEntry[] | undefined> {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const cache = openStateGitCache(path.join(directory, STATE_FOLDER_NAME));
  const { files } = await listFiles({ directory, environment, cache, signal });
  const listed =
    files ?? (await listPlainFiles({ root: directory, signal, skip: (name) => name === STATE_FOLDER_NAME }));
  if (listed.some((file) => file.path === CONFIG_FILE_NAME)) return listed;
  return [...listed, { path: CONFIG_FILE_NAME, mode: "100644", id: configId(path.join(directory, CONFIG_FILE_NAME)) }];
}

/** Tells the content of a configuration apart that git does not look at. */
function configId(file: string): string {
  try {
    return createHash("sha256").update(readStateFile(file)).digest("hex");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}
