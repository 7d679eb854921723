import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { createStepRepository } from "../../../test/step-repository.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import checkApiCoverage from "./step.ts";

/** A name where it is declared, or a file with all of its names. */
interface Place extends PublishedCase {
  readonly file: string;
  readonly line: number | undefined;
}

const COMPILER = path.resolve(import.meta.dirname, "../../../node_modules/typescript-5");

const at = (from: PublishedCase["from"], file: string, line?: number): Place => ({
  from,
  what: line === undefined ? file : `${file}:${line}`,
  file,
  line,
});

const judged = new Map<string, Promise<readonly (readonly Finding[])[]>>();

/**
 * What is found in a package whose every file is new, so that each name without documentation warns: by the compiler where the package has
 * TypeScript, and by the text alone.
 */
function judgePackage(folder: string): Promise<readonly (readonly Finding[])[]> {
  const findings = judged.get(folder) ?? judge(folder);
  judged.set(folder, findings);
  return findings;
}

async function judge(folder: string): Promise<readonly (readonly Finding[])[]> {
  const repository = createStepRepository({ ".gitignore": "node_modules\n" });
  try {
    cpSync(folder, repository.directory, { recursive: true });
    const run = async (): Promise<readonly Finding[]> =>
      (await repository.run("api_coverage", checkApiCoverage, { with: { max_per_file: 1000 } })).findings;
    const byText = await run();
    mkdirSync(path.join(repository.directory, "node_modules"), { recursive: true });
    symlinkSync(COMPILER, path.join(repository.directory, "node_modules/typescript"));
    return [byText, await run()];
  } finally {
    repository.close();
  }
}

const isAt = ({ file, line }: Place, finding: Finding): boolean =>
  finding.file === file && (line === undefined || finding.line === line);

measurePrecision<Place, Place>({
  step: "api_coverage",
  problems: [
    at("comlink@4.4.2", "src/comlink.ts", 297),
    at("comlink@4.4.2", "src/comlink.ts", 398),
    at("comlink@4.4.2", "src/comlink.ts", 570),
    at("comlink@4.4.2", "src/comlink.ts", 579),
    at("comlink@4.4.2", "src/protocol.ts", 29),
    // Imported and exported again by a list.
    at("reselect@4.1.8", "src/defaultMemoize.ts", 90),
    at("reselect@4.1.8", "src/defaultMemoize.ts", 123),
    at("reselect@4.1.8", "src/index.ts", 58),
    at("reselect@4.1.8", "src/index.ts", 246),
    at("immer@10.1.1", "src/core/immerClass.ts", 36),
    at("immer@10.1.1", "src/plugins/mapset.ts", 20),
    at("immer@10.1.1", "src/plugins/patches.ts", 26),
    at("immer@10.1.1", "src/types/types-external.ts", 65),
    // In declarations that one file bundles, named by the list at its end.
    at("redux@5.0.1", "dist/redux.d.ts", 487),
    at("redux@5.0.1", "dist/redux.d.ts", 568),
    at("fdir@6.5.0", "dist/index.d.mts", 112),
    // A default export by its name.
    at("ajv-formats@2.1.1", "src/index.ts", 31),
    at("sift@17.1.3", "lib/core.d.ts", 115),
    at("sift@17.1.3", "lib/operations.d.ts", 80),
    at("mitt@3.0.1", "index.d.ts", 7),
    at("nanostores@0.11.3", "map/index.d.ts", 39),
    at("idb@8.0.0", "build/entry.d.ts", 69),
    at("p-queue@8.0.1", "dist/options.d.ts", 14),
    at("@opentelemetry/api@1.9.1", "build/src/experimental/trace/SugaredTracer.d.ts", 8),
    // Python: functions, and a property.
    at("node-gyp@10.2.0", "gyp/pylib/packaging/markers.py", 175),
    at("node-gyp@10.2.0", "gyp/pylib/packaging/utils.py", 43),
    at("node-gyp@10.2.0", "gyp/pylib/packaging/tags.py", 66),
  ],
  lookAlikes: [
    // A comment for compilers between the documentation and the function.
    at("immer@10.1.1", "src/utils/common.ts", 19),
    at("immer@10.1.1", "src/utils/common.ts", 25),
    // Passed on under another name.
    at("immer@10.1.1", "src/utils/env.ts", 6),
    at("immer@10.1.1", "src/types/types-external.ts", 36),
    // What builds make of sources that have documentation.
    at("immer@10.1.1", "dist/immer.mjs"),
    at("reselect@4.1.8", "es/index.js"),
    at("reselect@4.1.8", "es/defaultMemoize.d.ts"),
    at("redux@5.0.1", "dist/redux.mjs"),
    at("redux@5.0.1", "dist/cjs/redux.cjs"),
    at("redux-thunk@2.4.2", "es/index.js"),
    at("comlink@4.4.2", "dist/esm/comlink.mjs"),
    at("fdir@6.5.0", "dist/index.mjs"),
    at("@opentelemetry/api@1.9.1", "build/esnext/experimental/trace/SugaredTracer.js"),
    at("@elizaos/prompts@2.0.0-alpha.537", "dist/typescript/index.ts"),
    // Overloads: all documented, and the first alone.
    at("redux@5.0.1", "dist/redux.d.ts", 351),
    at("redux@5.0.1", "dist/redux.d.ts", 377),
    at("redux@5.0.1", "dist/redux.d.ts", 483),
    at("superstruct@2.0.2", "dist/structs/types.d.ts", 15),
    at("superstruct@2.0.2", "dist/structs/types.d.ts", 67),
    // A function by its type, which has the documentation: at a later call, and as a whole.
    at("nanostores@0.11.3", "computed/index.d.ts", 59),
    at("idb@8.0.0", "build/wrap-idb-value.d.ts", 33),
    // An object that gathers the exports again.
    at("@opentelemetry/api@1.9.1", "build/src/index.d.ts"),
    // Decorators, whose file holds more than it exports.
    at("@lit/context@1.1.3", "development/lib/decorators/consume.d.ts"),
    // Python: documented by the class that is extended, setters, and what is its module's own.
    at("node-gyp@10.2.0", "gyp/pylib/packaging/specifiers.py", 257),
    at("node-gyp@10.2.0", "gyp/pylib/packaging/specifiers.py", 281),
    at("node-gyp@10.2.0", "gyp/pylib/packaging/_parser.py"),
  ],
  judge: async (one, folder) => (await judgePackage(folder)).flat().filter((finding) => isAt(one, finding)),
  // Told by the compiler and by the text.
  tells: (_, findings) => findings.length === 2,
});
