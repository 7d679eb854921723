/** A fenced code block of a Markdown document. */
export interface FencedBlock {
  /** The whole info string behind the fence, trimmed. */
  readonly info: string;
  readonly text: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  /** True when only blank lines stand between the block before and this one. */
  readonly followsBlock: boolean;
}

/** The fenced blocks of a Markdown text, in order, read line by line as CommonMark describes them. */
export function readFencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open:
    | { readonly fence: string; readonly indent: number; readonly info: string; readonly line: number }
    | undefined;
  let lines: string[] = [];
  let followsBlock = false;
  let isAfterBlock = false;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    if (open === undefined) {
      const match = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line);
      if (match !== null && !(match[2]?.startsWith("`") === true && match[3]?.includes("`") === true)) {
        open = { fence: match[2] ?? "", indent: match[1]?.length ?? 0, info: (match[3] ?? "").trim(), line: index + 1 };
        lines = [];
        followsBlock = isAfterBlock;
      } else if (line.trim() !== "") {
        isAfterBlock = false;
      }
      continue;
    }
    const closing = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
    if (closing !== undefined && closing.startsWith(open.fence)) {
      blocks.push({ info: open.info, text: lines.map((one) => `${one}\n`).join(""), line: open.line, followsBlock });
      open = undefined;
      isAfterBlock = true;
    } else {
      const indent = open.indent;
      lines.push(line.replace(/^ +/, (spaces) => spaces.slice(Math.min(indent, spaces.length))));
    }
  }
  if (open !== undefined) throw new SyntaxError(`Cannot read blocks: the one at line ${open.line} is never closed`);
  return blocks;
}
