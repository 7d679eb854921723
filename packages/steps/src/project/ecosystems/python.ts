import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";
import { asTable, parseTomlTable, textsOf, valueAt, type Table } from "../read-data.ts";
import { shellWord } from "../shell-word.ts";
import { readTasks } from "../task-files.ts";
import { taskFor } from "./task-for.ts";

/** Files that tell of a package manager, and how it runs a program of the project. */
const MANAGERS: readonly (readonly [string, string, string])[] = [
  ["uv", "uv.lock", "uv run "],
  ["poetry", "poetry.lock", "poetry run "],
  ["pdm", "pdm.lock", "pdm run "],
  ["pipenv", "Pipfile.lock", "pipenv run "],
  ["pipenv", "Pipfile", "pipenv run "],
];

const MANIFESTS: ReadonlySet<string> = new Set([
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "requirements.txt",
  "Pipfile",
  "tox.ini",
  "noxfile.py",
]);

const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;
/** Tests whose imports tell of what runs them; more are not read. */
const MAX_TESTS_READ = 20;

/** Packages and programs in Python. */
export const python: EcosystemReader = {
  ecosystem: "python",
  isManifest: (name) => MANIFESTS.has(name),
  isTest: (name) => TEST_FILE.test(name),
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const project = parseTomlTable(folder.text("pyproject.toml"));
  const manager = findManager(folder, project);
  const dependencies = dependenciesOf(folder, project);
  const manifest = folder.first(...MANIFESTS);
  const settings = { folder, project, dependencies, prefix: manager.prefix };
  return {
    packageManagers: manifest === undefined ? [] : [{ name: manager.name, file: manager.file ?? manifest }],
    packages: manifest === undefined ? [] : [{ file: manifest, dependencies }],
    commands: [
      ...taskFor(readTasks(folder), "test", ["test", "tests", "check"], /\b(?:pytest|unittest|tox|nox)\b/),
      ...taskFor(readTasks(folder), "lint", ["lint"], /\b(?:ruff|flake8|pylint|pre-commit|black)\b/),
      ...tests(settings),
      ...checks(settings),
    ],
  };
}

interface Settings {
  readonly folder: Folder;
  readonly project: Table;
  readonly dependencies: ReadonlySet<string>;
  readonly prefix: string;
}

function findManager(
  folder: Folder,
  project: Table,
): { readonly name: string; readonly file: string | undefined; readonly prefix: string } {
  for (const [name, file, prefix] of MANAGERS) if (folder.has(file)) return { name, file, prefix };
  const tools = asTable(project["tool"]);
  // `[tool.uv]` alone may only set where packages come from.
  if (tools["poetry"] !== undefined) return { name: "poetry", file: "pyproject.toml", prefix: "poetry run " };
  if (tools["pdm"] !== undefined) return { name: "pdm", file: "pyproject.toml", prefix: "pdm run " };
  return { name: "pip", file: undefined, prefix: "" };
}

/** Names in lower case; what stands behind them, such as versions, is left out. */
function dependenciesOf(folder: Folder, project: Table): ReadonlySet<string> {
  const tables = [
    valueAt(project, "tool", "poetry", "dependencies"),
    valueAt(project, "tool", "poetry", "dev-dependencies"),
    ...Object.values(asTable(valueAt(project, "tool", "poetry", "group"))).map(
      (group) => asTable(group)["dependencies"],
    ),
    parseTomlTable(folder.text("Pipfile"))["packages"],
    parseTomlTable(folder.text("Pipfile"))["dev-packages"],
  ].flatMap((table) => Object.keys(asTable(table)));
  const lists = [
    valueAt(project, "project", "dependencies"),
    valueAt(project, "tool", "uv", "dev-dependencies"),
    ...Object.values(asTable(valueAt(project, "project", "optional-dependencies"))),
    ...Object.values(asTable(project["dependency-groups"])),
  ].flatMap(textsOf);
  const requirements = folder.files
    .filter((file) =>
      /^(?:requirements\/)?[^/]*requirements[^/]*\.(?:txt|in)$|^requirements\/[^/]+\.(?:txt|in)$/.test(file),
    )
    .flatMap((file) => folder.text(file).split(/\r?\n/));
  const extras = /(?:install_requires|tests_require|extras_require)[\s\S]{0,4000}/.exec(
    `${folder.text("setup.py")}\n${folder.text("setup.cfg")}`,
  )?.[0];
  const quoted = extras === undefined ? [] : extras.split(/[\s"',[\](){}]+/);
  return new Set(
    [...tables, ...lists, ...requirements, ...quoted].flatMap((text) => {
      const [name] = /^[A-Za-z][\w.-]*/.exec(text.trim()) ?? [];
      return name === undefined ? [] : [name.toLowerCase().replaceAll(/[-_.]+/g, "-")];
    }),
  );
}

function hasSection(folder: Folder, section: string, ...files: readonly string[]): string | undefined {
  const heading = new RegExp(`^\\[${section}[\\]:]`, "m");
  return files.find((file) => heading.test(folder.text(file)));
}

function tests({ folder, project, dependencies, prefix }: Settings): readonly FoundCommand[] {
  const testFiles = folder.files.filter((file) => TEST_FILE.test(file) && !isForeign(file));
  const configured =
    folder.first("pytest.ini", ".pytest.ini") ??
    (valueAt(project, "tool", "pytest") === undefined ? undefined : "pyproject.toml") ??
    hasSection(folder, "(?:tool:)?pytest", "setup.cfg", "tox.ini");
  const conftest = folder.files.find((file) => /(?:^|\/)conftest\.py$/.test(file) && !isForeign(file));
  const texts = (): readonly string[] => testFiles.slice(0, MAX_TESTS_READ).map((file) => folder.text(file));
  const pytest = (file: string, because: string): FoundCommand => {
    const command = prefix === "" ? "python3 -m pytest" : `${prefix}pytest`;
    return { purpose: "test", command, file, because, runner: "pytest", withArguments: command };
  };
  if (configured !== undefined) return [pytest(configured, "it configures pytest")];
  if (conftest !== undefined) return [pytest(conftest, "it is read by pytest")];
  const [first] = testFiles;
  if (first !== undefined) {
    if (dependencies.has("pytest")) return [pytest(first, "it holds tests, and the project depends on pytest")];
    if (texts().some((text) => /^\s*(?:import|from) pytest\b/m.test(text)))
      return [pytest(first, "tests import pytest")];
  }
  if (folder.has("manage.py") && dependencies.has("django")) {
    return [
      {
        purpose: "test",
        command: `${prefix}python3 manage.py test`,
        file: "manage.py",
        because: "it is what Django is told by",
        runner: "unittest",
      },
    ];
  }
  // unittest would not run functions, and pytest runs classes of unittest as well.
  if (first !== undefined && texts().some((text) => /^def test_/m.test(text)))
    return [pytest(first, "it holds functions that pytest runs")];
  const tox = folder.first("tox.ini");
  if (first !== undefined && texts().some((text) => /^\s*(?:import|from) unittest\b/m.test(text))) {
    return [
      {
        purpose: "test",
        command: `${prefix}python3 -m unittest discover${startOf(testFiles, folder)}`,
        file: first,
        because: "tests import unittest",
        runner: "unittest",
      },
    ];
  }
  if (tox !== undefined)
    return [{ purpose: "test", command: `${prefix}tox`, file: tox, because: "it configures tox", runner: "tox" }];
  return [];
}

/** Where discovery begins when not all folders of tests are packages. */
function startOf(tests: readonly string[], folder: Folder): string {
  const [top = ""] = (tests[0] ?? "").split("/");
  const isBelow = (tests[0] ?? "").includes("/");
  if (!isBelow || !tests.every((file) => file.startsWith(`${top}/`))) return "";
  return folder.has(`${top}/__init__.py`) ? ` -t . -s ${shellWord(top)}` : ` -s ${shellWord(top)}`;
}

function checks({ folder, project, prefix, dependencies }: Settings): readonly FoundCommand[] {
  const tool = (name: string): string | undefined =>
    valueAt(project, "tool", name) === undefined ? undefined : "pyproject.toml";
  const commands: FoundCommand[] = [];
  const add = (purpose: FoundCommand["purpose"], program: string, file: string | undefined): void => {
    const [name = ""] = program.split(" ");
    if (file !== undefined)
      commands.push({ purpose, command: prefix + program, file, because: `it configures ${name}` });
  };
  add("lint", "ruff check .", folder.first("ruff.toml", ".ruff.toml") ?? tool("ruff"));
  add("lint", "flake8", folder.first(".flake8") ?? hasSection(folder, "flake8", "setup.cfg", "tox.ini"));
  add("lint", "pylint --recursive=y .", folder.first(".pylintrc", "pylintrc") ?? tool("pylint"));
  add(
    "type-check",
    "mypy .",
    folder.first("mypy.ini", ".mypy.ini") ?? tool("mypy") ?? hasSection(folder, "mypy", "setup.cfg"),
  );
  add("type-check", "pyright", folder.first("pyrightconfig.json") ?? tool("pyright"));
  const backend = valueAt(project, "build-system") === undefined ? undefined : "pyproject.toml";
  const build = { uv: "uv build", poetry: "poetry build", pdm: "pdm build" }[prefix.split(" ")[0] ?? ""];
  if (backend !== undefined && (build !== undefined || dependencies.has("build"))) {
    commands.push({
      purpose: "build",
      command: build ?? "python3 -m build",
      file: backend,
      because: "it says how packages are built",
    });
  }
  return commands;
}
