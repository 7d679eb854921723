import { displayWidth } from "../render/display-width.ts";
import type { TerminalSize } from "./live-frame.ts";

/** What {@link createLiveTerminal} draws on. */
export interface Screen {
  readonly write: (text: string) => unknown;
  readonly size: () => TerminalSize;
}

/** An area at the end of a terminal's output that is drawn again and again. */
export interface LiveTerminal {
  /** Replaces what the area shows; where that is the same nothing is written. */
  readonly draw: (lines: readonly string[]) => void;
  /** Prints above the area; the text ends with a line end. */
  readonly print: (text: string) => void;
  /** Takes the area away; what is printed later stands where it was. */
  readonly clear: () => void;
}

const LINE_UP = "\u001B[1A";
const LINE_START = "\r";
const CLEAR_BELOW = "\u001B[0J";
/** A terminal that knows these shows what stands between them at once; any other passes them over. */
const BEGIN_FRAME = "\u001B[?2026h";
const END_FRAME = "\u001B[?2026l";

/**
 * Keeps an area at the end of what a terminal shows. Each change is one write. The cursor stays visible and behind the area, so that a program
 * that is killed leaves a terminal as it was. Where the terminal was made narrower, lines of the area may have been wrapped: they are taken
 * away by what they then fill.
 */
export function createLiveTerminal({ write, size }: Screen): LiveTerminal {
  let shown: readonly string[] = [];
  const erase = (): string => {
    if (shown.length === 0) return "";
    const { columns } = size();
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
    return `${LINE_START}${LINE_UP.repeat(rows - 1)}${CLEAR_BELOW}`;
  };
  return {
    draw(lines) {
      if (lines.length === shown.length && lines.every((line, index) => line === shown[index])) return;
      write(`${BEGIN_FRAME}${erase()}${lines.join("\n")}${END_FRAME}`);
      shown = lines;
    },
    print(text) {
      if (shown.length === 0) write(text);
      else write(`${BEGIN_FRAME}${erase()}${text}${shown.join("\n")}${END_FRAME}`);
    },
    clear() {
      if (shown.length > 0) write(erase());
      shown = [];
    },
  };
}
