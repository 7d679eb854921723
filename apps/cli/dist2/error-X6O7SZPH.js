import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import {
  printable
} from "./chunk-HFZJQ726.js";
import {
  EngineError
} from "./chunk-FYUDZOBP.js";
import "./chunk-QU6SSR7S.js";
import {
  EXIT
} from "./chunk-LR6QZBVD.js";
import "./chunk-H3WC6SUY.js";

// src/render/error.ts
var LISTED_PROBLEMS = 20;
function renderError(error) {
  if (!(error instanceof EngineError)) {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    return {
      text: `ai-workflow: internal error; this is a bug, please report it
${stack}
`,
      exitCode: EXIT.internal
    };
  }
  const lines = [`ai-workflow: ${printable(error.message)}`];
  for (const { file, line, column, message } of error.problems.slice(0, LISTED_PROBLEMS)) {
    const place = line === void 0 ? file : `${file}:${line}:${column ?? 1}`;
    lines.push(`  ${printable(place)}: ${printable(message)}`);
  }
  const more = error.problems.length - LISTED_PROBLEMS;
  if (more > 0) lines.push(`  and ${more} more`);
  lines.push(`  ${printable(error.hint)} (${error.code}, see docs/errors.md)`);
  return { text: `${lines.join("\n")}
`, exitCode: EXIT.usage };
}
export {
  renderError
};
