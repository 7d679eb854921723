import { readdirSync } from "node:fs";
import path from "node:path";
import { vi } from "vitest";
import { createContext } from "../../../test/step-repository.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import checkReferences from "./step.ts";

interface ReferenceProblem extends PublishedCase {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

const missing = (from: PublishedCase["from"], line: number, name: string, file = "package.json"): ReferenceProblem => ({
  from,
  file,
  line,
  name,
  what: `${file} runs the script ${name}`,
});

const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });

// Packages leave files of their repositories out, so that only names of scripts are real problems in them. Few packages of today have any:
// those of OpenTelemetry share one mistake, each in scripts of its own.
measurePrecision<ReferenceProblem, PublishedCase>({
  step: "script_references",
  problems: [
    missing("fastq@1.17.1", 10, "unit:report"),
    missing("split2@4.2.0", 10, "unit:report"),
    missing("light-my-request@5.14.0", 30, "unit"),
    missing("svelte-tabs@1.1.0", 62, "dev", "README.md"),
    missing("rxjs-compat@6.6.7", 109, "build_all", "README.md"),
    missing("rxjs-compat@6.6.7", 110, "test", "README.md"),
    missing("rxjs-compat@6.6.7", 111, "test_no_cache", "README.md"),
    missing("@opentelemetry/api@1.9.1", 35, "precompile"),
    missing("@opentelemetry/context-async-hooks@2.6.0", 17, "precompile"),
    missing("@opentelemetry/exporter-zipkin@2.6.0", 27, "precompile"),
    missing("@opentelemetry/propagator-b3@2.6.0", 19, "precompile"),
    missing("@opentelemetry/propagator-jaeger@2.6.0", 22, "precompile"),
    missing("@opentelemetry/resources@2.6.0", 27, "precompile"),
    missing("@opentelemetry/sdk-trace-base@2.6.0", 32, "precompile"),
    missing("@opentelemetry/sdk-trace-node@2.6.0", 18, "precompile"),
    missing("@opentelemetry/exporter-logs-otlp-http@0.213.0", 43, "precompile"),
    missing("@opentelemetry/exporter-prometheus@0.213.0", 18, "precompile"),
    missing("@opentelemetry/exporter-trace-otlp-http@0.213.0", 28, "precompile"),
    missing("@opentelemetry/otlp-exporter-base@0.213.0", 42, "precompile"),
    missing("@opentelemetry/exporter-metrics-otlp-http@0.213.0", 28, "precompile"),
  ],
  lookAlikes: [
    lookAlike("avvio@8.4.0", "scripts of other scripts, and sentences with `make`"),
    lookAlike("fast-uri@3.0.6", "a script of a benchmark, and workflows of others"),
    lookAlike("microbundle@0.4.4", "a README about scripts of its reader, `npm run -s`"),
    lookAlike("reselect@4.1.8", "a README without one of its own"),
    lookAlike("redux-thunk@2.4.2", "scripts with several colons"),
    lookAlike("ajv-formats@2.1.1", "scripts run by `npm run`"),
    lookAlike("uri-js@4.4.1", "scripts of sorcery that are there"),
    lookAlike("mitt@3.0.1", "`npm-run-all` with patterns"),
    lookAlike("dlv@1.1.3", "`npm test` in other scripts"),
    lookAlike("unistore@3.5.2", "scripts that run others silently"),
    lookAlike("greenlet@1.1.0", "scripts that run others silently"),
    lookAlike("react-toggle@4.1.3", "a README about how to develop it"),
    lookAlike("vue-resize@0.4.5", "scripts run by Yarn"),
    lookAlike("svelte-spa-router@3.2.0", "documents of several folders"),
    lookAlike("hexo-util@2.7.0", "scripts before others"),
    lookAlike("sift@17.1.3", "scripts run by `&&`"),
    lookAlike("should-equal@2.0.0", "scripts that npm calls itself"),
    lookAlike("fast-json-stringify@5.16.1", "a program of a benchmark within quotes"),
    lookAlike("uglify-js@1.3.5", "a command that a substitution gives"),
    lookAlike("hooks@0.3.2", "a Makefile with commands on several lines"),
    lookAlike("async@0.1.22", "a Makefile with commands in variables"),
    lookAlike("svelte-range-slider-pips@2.0.0", "a README about Yarn"),
  ],
  async judge(_, folder) {
    // The repository around the folder ignores it.
    vi.stubEnv("GIT_CEILING_DIRECTORIES", path.dirname(folder));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
    const context = createContext({ directory: folder, files, dueFiles: files, with: { shellcheck: false } });
    return (await checkReferences(context)).findings ?? [];
  },
  tells: ({ file, line, name }, findings) =>
    findings.some(
      (one) =>
        one.rule === "missing-script" && one.file === file && one.line === line && one.message.includes(`"${name}"`),
    ),
});
