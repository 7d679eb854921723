import type { EcosystemFacts, EcosystemReader } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";
import { readTasks } from "../task-files.ts";
import { taskFor } from "./task-for.ts";

/** Modules and workspaces of Go. */
export const go: EcosystemReader = {
  ecosystem: "go",
  isManifest: (name) => name === "go.mod" || name === "go.work",
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const manifest = folder.has("go.work") ? "go.work" : "go.mod";
  const tasks = readTasks(folder);
  const packages = manifest === "go.work" ? membersOf(folder.text(manifest)).join(" ") : "./...";
  const because = manifest === "go.work" ? "it names the modules of a workspace" : "it makes the folder a Go module";
  const hasTests = folder.files.some((file) => file.endsWith("_test.go") && !isForeign(file));
  const linter = folder.first(".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json");
  const test = `go test ${packages}`;
  return {
    packageManagers: [{ name: "go", file: manifest, ...goVersion(folder.text(manifest)) }],
    packages: [{ file: manifest, dependencies: dependenciesOf(folder.text("go.mod")) }],
    commands: [
      ...taskFor(tasks, "test", ["test", "unit-test", "check"], /\bgo test\b/),
      ...taskFor(tasks, "lint", ["lint"], /\b(?:golangci-lint|go vet|staticcheck)\b/),
      ...taskFor(tasks, "build", ["build"], /\bgo build\b/),
      ...(hasTests
        ? [
            {
              purpose: "test" as const,
              command: test,
              file: manifest,
              because,
              runner: "go test" as const,
              withArguments: test,
            },
          ]
        : []),
      ...(linter === undefined
        ? [{ purpose: "lint" as const, command: `go vet ${packages}`, file: manifest, because }]
        : [
            {
              purpose: "lint" as const,
              command: "golangci-lint run",
              file: linter,
              because: "it configures golangci-lint",
            },
          ]),
      { purpose: "build", command: `go build ${packages}`, file: manifest, because },
    ],
  };
}

function goVersion(text: string): { readonly version?: string } {
  const [, version] = /^go\s+([\d.]+)/m.exec(text) ?? [];
  return version === undefined ? {} : { version };
}

/** The folders of `use`; those that are no plain path are left out. */
function membersOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^use\s*(?:\(([^)]*)\)|(\S+))/gm)].flatMap(([, block, one]) =>
    (block ?? one ?? "").split(/\r?\n/),
  );
  const folders = blocks.map((line) => line.replace(/\/\/.*/, "").trim()).filter((line) => /^\.?[\w./-]+$/.test(line));
  return folders.map((folder) => `${folder.startsWith(".") ? "" : "./"}${folder.replace(/\/$/, "")}/...`);
}

function dependenciesOf(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/^(?:require\s+|\t)([\w.~-]+(?:\/[\w.~-]+)+)\s+v\d/gm)].map(([, name = ""]) => name),
  );
}
