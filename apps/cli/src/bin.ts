#!/usr/bin/env node
/**
 * Entry of `ai-workflow` and `aiw`. Answers `--version` without loading anything else; the rest is loaded from Node's compile
 * cache where this Node has one.
 */
import nodeModule from "node:module";
import { VERSION } from "./version.ts";
import { watchOutput } from "./watch-output.ts";

const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === "--version" || first === "-V")) {
  watchOutput();
  process.stdout.write(`${VERSION}\n`);
} else {
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  void import("./main.ts").then(({ main }) => main());
}
