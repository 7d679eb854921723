import { decodeOutput, type DecodedOutput } from "../git-name.ts";

/**
 * Reads the records of one block from its start and gives the number of characters read. Characters that are left over belong to a
 * record that goes on in the next block; in the last block they are the parser's to refuse.
 */
export type ParseBlock = (block: DecodedOutput, isLast: boolean) => number;

/** Takes output piece by piece, so that its raw form is never in memory as a whole and has no largest size. */
export interface BlockReader {
  readonly push: (chunk: Buffer) => void;
  readonly end: () => void;
}

const NUL = 0;

/** Gives whole records to a parser, whatever the borders of the chunks. Output is NUL-separated. */
export function createBlockReader(parse: ParseBlock): BlockReader {
  let carried: Buffer[] = [];
  const take = (block: Buffer, isLast: boolean): Buffer => {
    const decoded = decodeOutput(block);
    const rest = decoded.text.slice(parse(decoded, isLast));
    if (rest === "") return block.subarray(block.length);
    const encoding = decoded.isLatin1 ? "latin1" : "utf8";
    return block.subarray(block.length - Buffer.byteLength(rest, encoding));
  };
  return {
    push(chunk) {
      const end = chunk.lastIndexOf(NUL) + 1;
      if (end === 0) {
        carried.push(chunk);
        return;
      }
      const head = chunk.subarray(0, end);
      const left = take(carried.length === 0 ? head : Buffer.concat([...carried, head]), false);
      carried = [left, chunk.subarray(end)].filter(({ length }) => length > 0);
    },
    end() {
      if (carried.length > 0) take(Buffer.concat(carried), true);
      carried = [];
    },
  };
}
