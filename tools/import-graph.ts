/**
 * The import graph of the workspace, read with a parser from the real sources, and what is wrong with it. Used by
 * `test/import-graph.test.ts`, which holds the table of what is allowed.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseSync } from "oxc-parser";
import { listWorkspacePackages, type WorkspacePackage } from "../scripts/workspace.mjs";

/** One import, export-from, dynamic import or `import("…")` type. */
export interface ImportStatement {
  /** What is imported, as written; undefined for a dynamic import whose target is computed. */
  readonly specifier: string | undefined;
  /** True when only types are imported, so that nothing of it is left after compiling. */
  readonly isType: boolean;
  /** Counted from 1. */
  readonly line: number;
}

/** One source file of a package. */
interface SourceFile {
  /** Path from the root of the workspace, with `/`. */
  readonly path: string;
  readonly isTest: boolean;
  readonly imports: readonly ImportStatement[];
}

/** A workspace package with its sources. */
export interface PackageSources {
  readonly package: WorkspacePackage;
  readonly files: readonly SourceFile[];
}

/** Per package path, the package paths it may import; a package that is missing here is a problem itself. */
export type AllowedImports = Readonly<Record<string, readonly string[]>>;

const SOURCE = /\.[cm]?[jt]sx?$/;
const TEST = /\.(?:test|test-d|bench)\.[cm]?[jt]sx?$|\/(?:test|tests|testing-helpers)\//;
const BUILT_IN = new Set(builtinModules);

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < offset; index = text.indexOf("\n", index + 1)) line += 1;
  return line;
}

interface TreeNode {
  readonly type: string;
  readonly start: number;
}

function isNode(value: unknown): value is TreeNode & Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function literal(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === "TSLiteralType") return literal(value["literal"]);
  if (value.type === "Literal" && typeof value["value"] === "string") return value["value"];
  if (value.type === "TemplateLiteral" && Array.isArray(value["quasis"]) && value["quasis"].length === 1) {
    const quasi: unknown = value["quasis"][0];
    if (isNode(quasi)) return (quasi["value"] as { readonly cooked?: string }).cooked;
  }
  return undefined;
}

/** Every import of a source text. @throws {SyntaxError} when the text cannot be parsed, rather than reading half of it. */
export function readImports(path: string, text: string): ImportStatement[] {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${path}: ${error.message}`);
  const found: ImportStatement[] = [];
  const add = (node: TreeNode, source: unknown, isType: boolean): void => {
    found.push({ specifier: literal(source), isType, line: lineAt(text, node.start) });
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (!isNode(value)) return;
    switch (value.type) {
      case "ImportDeclaration":
        add(value, value["source"], value["importKind"] === "type");
        break;
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
        if (value["source"]) add(value, value["source"], value["exportKind"] === "type");
        break;
      case "ImportExpression":
        add(value, value["source"], false);
        break;
      case "TSImportType":
        add(value, value["source"] ?? value["argument"], true);
        break;
      case "TSExternalModuleReference":
        add(value, value["expression"], false);
        break;
      case "CallExpression": {
        const callee = value["callee"];
        const argument: unknown = Array.isArray(value["arguments"]) ? value["arguments"][0] : undefined;
        if (isNode(callee) && callee.type === "Identifier" && callee["name"] === "require") add(value, argument, false);
        break;
      }
      default:
        break;
    }
    for (const key of Object.keys(value)) visit(value[key]);
  };
  visit(program);
  return found;
}

function listSources(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The packages below `packages/` and `apps/` of a workspace with all imports of their `src` and `test` folders. */
export function readWorkspaceSources(root: string): PackageSources[] {
  return listWorkspacePackages(root)
    .filter(({ path }) => path.startsWith("packages/") || path.startsWith("apps/"))
    .map((entry) => ({
      package: entry,
      files: ["src", "test"]
        .flatMap((folder) => listSources(join(entry.directory, folder)))
        .map((absolute) => {
          const path = relative(root, absolute).split(sep).join("/");
          return { path, isTest: TEST.test(path), imports: readImports(path, readFileSync(absolute, "utf8")) };
        }),
    }));
}

/** The name of the package that a bare specifier belongs to. */
function packageNameOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Every circle, one per strongly connected component, as a path whose last entry is its first. (Tarjan 1972.) */
export function findCircles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const circles: string[][] = [];

  const shortestCircle = (members: ReadonlySet<string>): string[] => {
    const start = [...members].toSorted()[0] as string;
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const next of edges.get(at) ?? []) {
        if (next === start) {
          const path = [start];
          for (let back: string | undefined = at; back !== undefined && back !== start; back = cameFrom.get(back)) {
            path.unshift(back);
          }
          return [start, ...path];
        }
        if (members.has(next) && !cameFrom.has(next)) {
          cameFrom.set(next, at);
          queue.push(next);
        }
      }
    }
    return [start];
  };

  const connect = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    onStack.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) connect(next);
      else if (!onStack.has(next)) continue;
      low.set(node, Math.min(low.get(node) as number, low.get(next) as number));
    }
    if (low.get(node) !== index.get(node)) return;
    const members = new Set<string>();
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      onStack.delete(member);
      members.add(member);
      if (member === node) break;
    }
    if (members.size > 1 || edges.get(node)?.has(node) === true) circles.push(shortestCircle(members));
  };

  for (const node of edges.keys()) if (!index.has(node)) connect(node);
  return circles;
}

/**
 * What is wrong with the imports of a workspace, one sentence each: an import that `allowed` does not name, a package that
 * `allowed` does not know, an undeclared package, a relative path into another package, a target that is computed or does
 * not exist, a circle between packages or between files of one package (type imports count: they tie files together too). Only the files named in
 * `computing` may import what is known only when they run.
 */
export function checkImports(
  packages: readonly PackageSources[],
  allowed: AllowedImports,
  computing: readonly string[] = [],
): string[] {
  const problems: string[] = [];
  const byName = new Map(packages.map((entry) => [entry.package.manifest.name, entry.package.path]));
  const packageEdges = new Map<string, Set<string>>();

  for (const { package: own, files } of packages) {
    const { manifest } = own;
    const mayImport = allowed[own.path];
    if (mayImport === undefined) problems.push(`${own.path} is not in the table of who may import whom`);
    const declared = new Set(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }),
    );
    const declaredForTests = new Set([...declared, ...Object.keys(manifest.devDependencies ?? {})]);
    // A bundled application carries what it imports inside, so its devDependencies are what it is made of.
    const isBundled = own.path.startsWith("apps/");
    const fileEdges = new Map<string, Set<string>>(files.map(({ path }) => [path, new Set()]));
    const packageEdge = packageEdges.get(own.path) ?? new Set<string>();
    packageEdges.set(own.path, packageEdge);

    for (const file of files) {
      for (const { specifier, isType, line } of file.imports) {
        const at = `${file.path}:${line}`;
        if (specifier === undefined) {
          if (!file.isTest && !computing.includes(file.path))
            problems.push(`${at} imports something that is only known when it runs`);
          continue;
        }
        if (specifier.startsWith("node:")) continue;
        if (BUILT_IN.has(specifier)) {
          problems.push(`${at} imports "${specifier}"; write "node:${specifier}"`);
          continue;
        }
        if (specifier.startsWith(".") || specifier.startsWith("/")) {
          // Directories are compared absolutely: `directory` ends where `path` does.
          const workspace = own.directory.slice(0, own.directory.length - own.path.length);
          const target = relative(workspace, resolve(workspace, dirname(file.path), specifier))
            .split(sep)
            .join("/");
          if (!target.startsWith(`${own.path}/`)) {
            problems.push(`${at} reaches out of its package to ${target}; import the package by its name`);
          } else if (fileEdges.has(target)) {
            fileEdges.get(file.path)?.add(target);
          } else if (!existsSync(join(workspace, target))) {
            problems.push(`${at} imports ${target}, which does not exist`);
          }
          continue;
        }
        const name = packageNameOf(specifier);
        if (name === manifest.name) {
          if (!file.isTest) problems.push(`${at} imports its own package by name; import the file`);
          continue;
        }
        const target = byName.get(name);
        if (target !== undefined) {
          // Tests count as well, or a circle could hide in them.
          packageEdge.add(target);
          if (mayImport !== undefined && !mayImport.includes(target)) {
            problems.push(
              `${at} imports ${name}; ${own.path} may import ${mayImport.join(", ") || "no package of the house"}`,
            );
          }
          if (/\/(?:src|dist)\//.test(`${specifier}/`.slice(name.length))) {
            problems.push(`${at} reaches into the files of ${name}: "${specifier}"`);
          }
        }
        const isDeclared = (file.isTest || isBundled ? declaredForTests : declared).has(name);
        if (!isDeclared) {
          const kind = isType ? "types of " : "";
          problems.push(`${at} imports ${kind}${name}, which ${own.path}/package.json does not declare`);
        }
      }
    }
    for (const circle of findCircles(fileEdges)) problems.push(`circle between files: ${circle.join(" -> ")}`);
  }
  for (const circle of findCircles(packageEdges)) problems.push(`circle between packages: ${circle.join(" -> ")}`);
  return problems;
}
