import { runProgram } from "../../processes/run-program.ts";
import type { PublicName } from "./public-name.ts";

/** Reads names by Python's own parser; a file that it does not take is left out. */
const SCRIPT = String.raw`
import ast, json, sys
found = []
classes = {}
waiting = []
kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
def public(name, listed):
    return name in listed if listed is not None else not name.startswith("_")
def last(node):
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "attr", getattr(node, "id", ""))
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
    def add(node, name, owner):
        if any(last(d) in ("overload", "setter", "deleter", "override") for d in node.decorator_list):
            return
        row = [one["file"], name, node.lineno, ast.get_docstring(node) is not None]
        found.append(row)
        if owner is not None and not row[3]:
            waiting.append((row, owner, node.name))
    for node in tree.body:
        if not isinstance(node, kinds):
            continue
        if isinstance(node, ast.ClassDef):
            inner = [method for method in node.body if isinstance(method, kinds)]
            told = {method.name for method in inner if ast.get_docstring(method) is not None}
            classes.setdefault(node.name, []).append(([last(base) for base in node.bases], told))
        if not public(node.name, listed):
            continue
        add(node, node.name, None)
        if isinstance(node, ast.ClassDef):
            for method in inner:
                if not method.name.startswith("_"):
                    add(method, node.name + "." + method.name, node.name)
# A method says what the one says that it stands for, as inspect.getdoc has it.
for row, owner, method in waiting:
    names, seen = [owner], set()
    while names and not row[3]:
        name = names.pop()
        if name in seen:
            continue
        seen.add(name)
        for bases, told in classes.get(name, []):
            row[3] = row[3] or method in told
            names.extend(bases)
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
