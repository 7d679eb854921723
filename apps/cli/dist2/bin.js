#!/usr/bin/env node
import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import {
  VERSION
} from "./chunk-Q6LVKEQ2.js";
import "./chunk-H3WC6SUY.js";

// src/bin.ts
import nodeModule from "node:module";
var [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === "--version" || first === "-V")) {
  process.stdout.write(`${VERSION}
`);
} else {
  nodeModule.enableCompileCache?.();
  const { main } = await import("./main-RDBH3TJF.js");
  await main();
}
