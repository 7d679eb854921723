import { FLAG, TEXT, TEXT_OR_TEXTS, TEXTS, type Schema } from "./schema-parts.ts";

const FLAGS = [
  "allowJs checkJs allowArbitraryExtensions allowImportingTsExtensions allowSyntheticDefaultImports allowUmdGlobalAccess",
  "allowUnreachableCode allowUnusedLabels alwaysStrict assumeChangesOnlyAffectDirectDependencies composite declaration declarationMap",
  "disableReferencedProjectLoad disableSizeLimit disableSolutionSearching disableSourceOfProjectReferenceRedirect downlevelIteration",
  "emitBOM emitDeclarationOnly emitDecoratorMetadata erasableSyntaxOnly esModuleInterop exactOptionalPropertyTypes",
  "experimentalDecorators forceConsistentCasingInFileNames importHelpers incremental inlineSourceMap inlineSources isolatedDeclarations",
  "isolatedModules noEmit noEmitHelpers noEmitOnError noErrorTruncation noFallthroughCasesInSwitch noImplicitAny noImplicitOverride",
  "noImplicitReturns noImplicitThis noLib noPropertyAccessFromIndexSignature noResolve noUncheckedIndexedAccess",
  "noUncheckedSideEffectImports noUnusedLocals noUnusedParameters preserveConstEnums preserveSymlinks preserveWatchOutput pretty",
  "removeComments resolveJsonModule resolvePackageJsonExports resolvePackageJsonImports rewriteRelativeImportExtensions skipLibCheck",
  "skipDefaultLibCheck sourceMap strict strictBindCallApply strictBuiltinIteratorReturn strictFunctionTypes strictNullChecks",
  "strictPropertyInitialization stripInternal traceResolution useDefineForClassFields useUnknownInCatchVariables verbatimModuleSyntax",
]
  .join(" ")
  .split(" ");
const NAMES = ["baseUrl", "declarationDir", "jsxFactory", "jsxFragmentFactory", "jsxImportSource", "outDir", "outFile"];
const LISTS = ["lib", "types", "typeRoots", "rootDirs", "customConditions", "moduleSuffixes", "plugins"];
const TOP = ["include", "exclude", "files", "references", "extends", "compilerOptions", "watchOptions"];
const OPTIONS = [...FLAGS, ...NAMES, ...LISTS, "rootDir", "tsBuildInfoFile", "paths"];

const named = (names: readonly string[], schema: Schema): Schema =>
  Object.fromEntries(names.map((name) => [name, schema]));
/** A word in any case. */
const word = (...words: readonly string[]): Schema => ({
  type: "string",
  pattern: `^(?:${words.map((one) => one.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)).join("|")})$`,
});
const nullable = (schema: Schema): Schema => ({ ...schema, type: [schema["type"], "null"].flat() });

/** What `tsc` documents of `tsconfig.json`. Words that newer compilers may add are not listed to the end. */
export const TSCONFIG: Schema = {
  type: "object",
  properties: {
    extends: TEXT_OR_TEXTS,
    include: TEXTS,
    exclude: TEXTS,
    files: TEXTS,
    compileOnSave: FLAG,
    references: {
      type: "array",
      items: { type: "object", required: ["path"], properties: { path: TEXT, prepend: FLAG } },
    },
    compilerOptions: {
      type: "object",
      properties: {
        ...named(FLAGS, nullable(FLAG)),
        ...named([...NAMES, "rootDir", "tsBuildInfoFile", "mapRoot", "sourceRoot"], nullable(TEXT)),
        ...named(LISTS, nullable({ type: "array" })),
        lib: nullable(TEXTS),
        types: nullable(TEXTS),
        paths: nullable({ type: "object", additionalProperties: TEXTS }),
        target: nullable(word("es3", "es5", "es6", "es20[0-9][0-9]", "esnext", "latest")),
        module: nullable(
          word(
            "none",
            "commonjs",
            "amd",
            "umd",
            "system",
            "es6",
            "es20[0-9][0-9]",
            "esnext",
            "node1[0-9]",
            "node2[0-9]",
            "nodenext",
            "preserve",
          ),
        ),
        moduleResolution: nullable(
          word("classic", "node", "node10", "node1[0-9]", "node2[0-9]", "nodenext", "bundler"),
        ),
        jsx: nullable(word("preserve", "react", "react-native", "react-jsx", "react-jsxdev")),
        newLine: nullable(word("lf", "crlf")),
        moduleDetection: nullable(word("auto", "legacy", "force")),
        maxNodeModuleJsDepth: { type: ["number", "null"] },
      },
      nearMisses: OPTIONS,
      elsewhere: Object.fromEntries(TOP.map((name) => [name, "the top of the file"])),
    },
  },
  nearMisses: TOP,
  elsewhere: Object.fromEntries(
    [...OPTIONS, "target", "module", "moduleResolution", "jsx"].map((name) => [name, "`compilerOptions`"]),
  ),
};
