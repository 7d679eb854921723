/** A path that a document names as a part of the repository. */
export interface DocumentedPath {
  /** With `/`, without one at its end. */
  readonly path: string;
  readonly line: number;
}

/** A layout that a document shows. */
export interface DocumentedLayout {
  /** What stands above the first branch, or nothing. */
  readonly root: string;
  readonly entries: readonly DocumentedPath[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const BRANCH = /^((?:[\s│|┃║ ])*)(?:[├└┣┗╰╠╚]|[+`|\\](?=-{2}))[─━═-]+[ \t ]*(\S.*)$/;
const LIST_ITEM = /^(\s*)[-*+]\s+(?:\*\*)?`([^`\s]+)`/;
/** Something left out, or to be filled in. */
const PLACEHOLDER = /[<>{}*[\]$%…()]|\.\.\.|^\.{1,2}$|^(?:your|my|foo|bar|example)[-_.]/i;

/** Reads the layouts in a document: trees drawn with lines in fenced blocks, and lists whose items begin with a path. */
export function readTrees(text: string): readonly DocumentedLayout[] {
  const layouts: DocumentedLayout[] = [];
  let fence: string | undefined;
  let block: { readonly text: string; readonly line: number }[] = [];
  let list: DocumentedPath[] = [];
  const endList = (): void => {
    if (list.length > 0) layouts.push({ root: "", entries: list });
    list = [];
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined) {
      if (mark !== undefined) {
        fence = mark;
        block = [];
        endList();
        continue;
      }
      const item = LIST_ITEM.exec(line);
      if (item !== null) {
        const [, , name = ""] = item;
        if (/\/|\.[a-z]{1,5}$/.test(name) && isPath(name)) list.push({ path: tidy(name), line: index + 1 });
      } else if (/^\S/.test(line)) endList();
    } else if (mark !== undefined && mark.startsWith(fence)) {
      fence = undefined;
      layouts.push(...readBlock(block));
    } else block.push({ text: line, line: index + 1 });
  }
  endList();
  return layouts;
}

function readBlock(lines: readonly { readonly text: string; readonly line: number }[]): readonly DocumentedLayout[] {
  const layouts: DocumentedLayout[] = [];
  let root = "";
  let entries: DocumentedPath[] = [];
  let stack: { readonly column: number; readonly path: string | undefined }[] = [];
  const end = (): void => {
    if (entries.length > 0) layouts.push({ root, entries });
    [entries, stack, root] = [[], [], ""];
  };
  for (const { text, line } of lines) {
    const branch = BRANCH.exec(text);
    if (branch === null) {
      // Lines between the branches, such as `│`, and notes end nothing.
      if (/^[\s│|┃]*$/.test(text) && text.trim() !== "") continue;
      end();
      root = tidy(nameOf(text));
      continue;
    }
    const [, before = "", rest = ""] = branch;
    const column = before.length;
    while ((stack.at(-1)?.column ?? -1) >= column) stack.pop();
    const parent = stack.at(-1);
    const name = tidy(nameOf(rest));
    const isKnown = name !== "" && isPath(name) && (parent === undefined || parent.path !== undefined);
    const path = isKnown ? [parent?.path, name].filter((part) => part !== undefined).join("/") : undefined;
    stack.push({ column, path });
    if (path !== undefined) entries.push({ path, line });
  }
  end();
  return layouts;
}

/** The name at the begin of what stands on a branch: a comment, an arrow or a wide gap ends it. */
function nameOf(text: string): string {
  const [name = ""] = text.trim().split(/\s+(?:#|\/\/|<-|←|->|→|—|–|-{1,2}\s|\(|\[|:|"|;)|\s{2,}|\t|\s(?=[^\s]*\s)/);
  const [first = ""] = name.split(/\s/);
  return first.replace(/[:,;]$/, "");
}

function isPath(name: string): boolean {
  return (
    !PLACEHOLDER.test(name) && !/^(?:[a-z]+:|@|-|~|\/|https?)/i.test(name) && !name.includes("..") && name.length < 200
  );
}

function tidy(name: string): string {
  return name
    .replace(/^\.\//, "")
    .replace(/\/+$/, "")
    .replace(/^["'`]|["'`]$/g, "");
}
