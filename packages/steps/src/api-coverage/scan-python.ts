import { runProgram } from "../processes/run-program.ts";
import type { PublicName } from "./public-name.ts";

/** Reads names by Python's own parser; a file that it does not take is left out. */
const SCRIPT = String.raw`
import ast, json, sys
found = []
def public(name, listed):
    return name in listed if listed is not None else not name.startswith("_")
for one in json.load(sys.stdin):
    try:
        tree = ast.parse(one["text"])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        continue
    listed = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            try:
                listed = [str(name) for name in ast.literal_eval(node.value)]
            except (ValueError, TypeError):
                listed = None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    def add(node, name):
        decorators = [getattr(d, "attr", getattr(d, "id", "")) for d in node.decorator_list]
        if any(d in ("overload", "setter", "deleter", "override") for d in decorators):
            return
        found.append([one["file"], name, node.lineno, ast.get_docstring(node) is not None])
    for node in tree.body:
        if not isinstance(node, kinds) or not public(node.name, listed):
            continue
        add(node, node.name)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, kinds) and not inner.name.startswith("_"):
                    add(inner, node.name + "." + inner.name)
json.dump(found, sys.stdout)
`;

/** Public names of modules in Python; `undefined` where there is no Python 3. */
export async function scanPython(
  directory: string,
  sources: readonly { readonly file: string; readonly text: string }[],
): Promise<readonly PublicName[] | undefined> {
  if (sources.length === 0) return [];
  // Without its site and its environment: nothing of the repository is run.
  const end = await runProgram("python3", ["-I", "-S", "-c", SCRIPT], {
    directory,
    input: JSON.stringify(sources),
    timeoutMs: 60_000,
  });
  if (end.status === "missing" || end.code !== 0) return undefined;
  try {
    const rows = JSON.parse(end.stdout) as readonly (readonly [string, string, number, boolean])[];
    return rows.map(([file, name, line, isDocumented]) => ({ file, name, line, isDocumented }));
  } catch {
    return undefined;
  }
}
