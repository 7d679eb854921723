import type { Finding } from "@ai-workflow/engine";
import { capped } from "./judge-names.ts";
import type { DocumentedLayout } from "./read-trees.ts";

/** A layout is that of the repository where this share of what it names is there; of a list, more. */
const SHARE_OF_TREE = 0.6;
const SHARE_OF_LIST = 0.75;
/** And no fewer than these. */
const LEAST = 3;

/** What is mostly there only after something has been run. */
const MADE =
  /(?:^|\/)(?:node_modules|dist|build|out|target|coverage|\.next|\.nuxt|\.output|venv|\.venv|bin|obj|tmp|temp|logs?|\.cache|__pycache__|vendor|\.git|\.env(?:\..*)?|data|_site|public\/build|generated|\.workflow)(?:\/|$)|\.(?:log|lock|sqlite3?|db)$/;

/** What is to be said of the layouts of a document. Pure. */
export function judgeLayouts(
  document: string,
  layouts: readonly DocumentedLayout[],
  exists: (path: string) => boolean,
): readonly Finding[] {
  const folder = document.includes("/") ? document.slice(0, document.lastIndexOf("/")) : "";
  return capped(
    layouts.flatMap(({ root, entries }) => {
      const bases = [...new Set([join(folder, root), root, folder, ""])];
      const [best] = bases
        .map((base) => ({ base, missing: entries.filter(({ path }) => !exists(join(base, path))) }))
        .toSorted((one, other) => one.missing.length - other.missing.length);
      if (best === undefined) return [];
      const judged = entries.filter(({ path }) => !MADE.test(path) || !best.missing.some((one) => one.path === path));
      const missing = best.missing.filter(({ path }) => !MADE.test(path));
      const share = (judged.length - missing.length) / judged.length;
      const isList =
        root === "" &&
        entries.every(({ path }, index) => !entries.slice(0, index).some((one) => path.startsWith(`${one.path}/`)));
      if (judged.length < LEAST || share < (isList ? SHARE_OF_LIST : SHARE_OF_TREE)) return [];
      // Of a folder that is not there, what is said to be in it is not told one by one.
      return missing
        .filter(({ path }) => !missing.some((one) => path.startsWith(`${one.path}/`)))
        .map(({ path, line }): Finding => ({
          rule: "documented-layout",
          severity: "warning",
          message: `the layout names ${JSON.stringify(join(best.base, path))}, which is not there`,
          file: document,
          line,
        }));
    }),
  );
}

function join(base: string, path: string): string {
  const clean = base === "." ? "" : base;
  return clean === "" ? path : `${clean}/${path}`;
}
