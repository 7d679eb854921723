import { createRequire } from "node:module";
import path from "node:path";
import type { PublicName } from "./public-name.ts";
import { commentBefore, isOwn } from "./scan-ecmascript.ts";

/** As much of the compiler as is asked; the repository's own one is used, of the versions 5 and 6. */
interface Compiler {
  readonly version: string;
  readonly SymbolFlags: { readonly Alias: number };
  readonly SyntaxKind: { readonly SourceFile: number; readonly ExportAssignment: number };
  createProgram(files: readonly string[], options: Readonly<Record<string, unknown>>): Program;
}
interface Program {
  getTypeChecker(): Checker;
  getSourceFile(file: string): SourceFile | undefined;
}
interface SourceFile {
  readonly fileName: string;
  readonly text: string;
  getLineAndCharacterOfPosition(at: number): { readonly line: number };
}
interface Declaration {
  readonly kind: number;
  /** Of a name in a list of exports: the list, which stands in a statement. */
  readonly parent?: { readonly elements?: readonly unknown[]; readonly parent?: Declaration } | undefined;
  getSourceFile(): SourceFile;
  getStart(): number;
}
interface ModuleSymbol {
  readonly name: string;
  readonly flags: number;
  readonly declarations?: readonly Declaration[] | undefined;
  getDocumentationComment(checker: Checker): readonly { readonly text: string }[];
  getJsDocTags(checker: Checker): readonly { readonly name: string }[];
}
interface Type {
  readonly symbol?: ModuleSymbol | undefined;
  getCallSignatures(): readonly Pick<ModuleSymbol, "getDocumentationComment">[];
}
interface Checker {
  getTypeOfSymbolAtLocation(symbol: ModuleSymbol, node: Declaration): Type;
  getSymbolAtLocation(node: SourceFile): ModuleSymbol | undefined;
  getExportsOfModule(symbol: ModuleSymbol): readonly ModuleSymbol[];
  getAliasedSymbol(symbol: ModuleSymbol): ModuleSymbol;
}

/** Tags that say that a name is nobody's but the module's own. */
const OWN: ReadonlySet<string> = new Set(["internal", "private", "hidden", "ignore"]);

/**
 * What entries export, by the compiler that the repository has installed; `undefined` where it has none, or one without an interface for
 * programs, as version 7 is.
 *
 * @param entries - relative to `directory`
 */
export function askTypescript(directory: string, entries: readonly string[]): readonly PublicName[] | undefined {
  const compiler = loadCompiler(directory);
  if (compiler === undefined) return undefined;
  try {
    const absolute = entries.map((entry) => path.join(directory, entry));
    const options = {
      allowJs: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
      noLib: true,
      maxNodeModuleJsDepth: 0,
    };
    const modules = { module: 99, moduleResolution: 100, allowImportingTsExtensions: true, target: 99, jsx: 1 };
    const program = compiler.createProgram(absolute, { ...options, ...modules });
    const checker = program.getTypeChecker();
    const found = new Map<string, PublicName>();
    for (const entry of absolute) {
      const source = program.getSourceFile(entry);
      const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
      if (symbol === undefined) continue;
      for (const exported of checker.getExportsOfModule(symbol)) {
        const isAlias = (exported.flags & compiler.SymbolFlags.Alias) !== 0;
        const meant = isAlias ? checker.getAliasedSymbol(exported) : exported;
        const [declaration] = meant.declarations ?? [];
        // A module as a whole, and a value without a name, have no place for it.
        const { SourceFile, ExportAssignment } = compiler.SyntaxKind;
        if (declaration === undefined || [SourceFile, ExportAssignment].includes(declaration.kind)) continue;
        const tags = [meant, exported].flatMap((one) => one.getJsDocTags(checker));
        if ([exported, meant].some(({ name }) => isOwn(name)) || tags.some(({ name }) => OWN.has(name))) continue;
        const file = path.relative(directory, declaration.getSourceFile().fileName).replaceAll("\\", "/");
        if (file.startsWith("../") || file.includes("node_modules/")) continue;
        const line = declaration.getSourceFile().getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
        // A function by its type is documented where the type says how to call it.
        const type = checker.getTypeOfSymbolAtLocation(meant, declaration);
        const calls = type.getCallSignatures();
        const called = calls.length > 0 && type.symbol !== undefined ? [type.symbol] : [];
        const isDocumented =
          tags.length > 0 ||
          isToldWhereListed(exported) ||
          [meant, exported, ...calls, ...called].some((one) => one.getDocumentationComment(checker).length > 0);
        const place = `${file}\0${exported.name}`;
        if (found.get(place)?.isDocumented !== true)
          found.set(place, { name: exported.name, file, line, isDocumented });
      }
    }
    return [...found.values()];
  } catch {
    // A compiler that is broken, or a source that breaks it: what the text tells is left.
    return undefined;
  }
}

/** Whether a comment stands before a statement that passes on this name alone, which the compiler gives to nobody. */
function isToldWhereListed({ declarations: [specifier] = [] }: ModuleSymbol): boolean {
  const { elements, parent: statement } = specifier?.parent ?? {};
  if (specifier === undefined || elements?.length !== 1 || statement === undefined) return false;
  return commentBefore(specifier.getSourceFile().text, statement.getStart()) !== undefined;
}

function loadCompiler(directory: string): Compiler | undefined {
  try {
    const compiler = createRequire(path.join(directory, "package.json"))("typescript") as Partial<Compiler>;
    return typeof compiler.createProgram === "function" && /^[56]\./.test(compiler.version ?? "")
      ? (compiler as Compiler)
      : undefined;
  } catch {
    return undefined;
  }
}
