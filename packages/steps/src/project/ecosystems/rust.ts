import type { EcosystemFacts, EcosystemReader } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";
import { asTable, parseTomlTable, valueAt } from "../read-data.ts";
import { readTasks } from "../task-files.ts";
import { taskFor } from "./task-for.ts";

/** Crates and workspaces of Cargo. */
export const rust: EcosystemReader = {
  ecosystem: "rust",
  isManifest: (name) => name === "Cargo.toml",
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const file = "Cargo.toml";
  const manifest = parseTomlTable(folder.text(file));
  const all = manifest["workspace"] === undefined ? "" : " --workspace";
  const because = all === "" ? "it makes the folder a crate" : "it names the crates of a workspace";
  const dependencies = new Set(
    ["dependencies", "dev-dependencies", "build-dependencies"].flatMap((key) => [
      ...Object.keys(asTable(manifest[key])),
      ...Object.keys(asTable(valueAt(manifest, "workspace", key))),
    ]),
  );
  const tasks = readTasks(folder);
  const test = `cargo test${all}`;
  return {
    packageManagers: [{ name: "cargo", file: folder.first("Cargo.lock") ?? file }],
    packages: [{ file, dependencies }],
    commands: [
      ...taskFor(tasks, "test", ["test", "check"], /\bcargo (?:\+\S+ )?(?:test|nextest)\b/),
      ...taskFor(tasks, "lint", ["lint", "clippy"], /\bcargo (?:\+\S+ )?clippy\b/),
      ...(hasTests(folder)
        ? [
            {
              purpose: "test" as const,
              command: test,
              file,
              because,
              runner: "cargo test" as const,
              withArguments: test,
            },
          ]
        : []),
      { purpose: "lint", command: `cargo clippy${all} --all-targets`, file, because },
      { purpose: "type-check", command: `cargo check${all} --all-targets`, file, because },
      { purpose: "build", command: `cargo build${all}`, file, because },
      { purpose: "docs", command: `cargo doc${all} --no-deps`, file, because },
    ],
  };
}

/** Sources that are looked at for tests; a repository of more is taken to have some. */
const MAX_SOURCES_READ = 400;

/** Tests stand beside what they test, in examples of documentation, or in a folder of their own. */
function hasTests(folder: Folder): boolean {
  const sources = folder.files.filter((file) => file.endsWith(".rs") && !isForeign(file));
  if (sources.length > MAX_SOURCES_READ || sources.some((file) => /(?:^|\/)tests\/[^/]+\.rs$/.test(file))) return true;
  return sources.some((file) => /#\[(?:\w+::)?test\b|#\[cfg\(test\)\]|^\s*\/\/[/!] ```/m.test(folder.text(file)));
}
