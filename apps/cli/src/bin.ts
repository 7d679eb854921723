#!/usr/bin/env node
/**
 * Entry of `ai-workflow` and `aiw`. Answers `--version` without loading anything else; the rest is loaded with what
 * an earlier process compiled of it: from Node's compile cache where this Node has one, else from our own.
 */
import nodeModule from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type * as Main from "./main.ts";
import { VERSION } from "./version.ts";
import { watchOutput } from "./process/watch-output.ts";

/** Name of the bundled `main.ts`; the bundler puts it in. */
declare const MAIN_FILE: string;

const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === "--version" || first === "-V")) {
  watchOutput();
  process.stdout.write(`${VERSION}\n`);
} else {
  void loadMain().then(({ main }) => main());
}

async function loadMain(): Promise<typeof Main> {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };
  if (enableCompileCache === undefined) {
    const { createCachedRequire } = await import("./load-cached.ts");
    return createCachedRequire(path.dirname(fileURLToPath(import.meta.url)))(MAIN_FILE) as typeof Main;
  }
  enableCompileCache();
  return import("./main.ts");
}
