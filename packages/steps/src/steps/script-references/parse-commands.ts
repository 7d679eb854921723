/** A simple command of a shell. */
export interface Command {
  /** Its words; one that only the shell knows (a variable, a pattern, a substitution) is `undefined`. */
  readonly words: readonly (string | undefined)[];
  /** Counted from 0 within the text. */
  readonly line: number;
}

/**
 * Splits a text of shell commands into simple commands and these into words, so far as that is possible without running it: quotes,
 * comments, line continuations and operators are understood, here-documents are left out. Never throws.
 */
export function parseCommands(text: string): readonly Command[] {
  const commands: Command[] = [];
  let words: (string | undefined)[] = [];
  let word: string | undefined;
  let isKnown = true;
  let [line, startLine] = [0, 0];
  let heredoc: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) words.push(isKnown ? word : undefined);
    [word, isKnown] = [undefined, true];
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push({ words, line: startLine });
    words = [];
  };
  const add = (character: string): void => {
    if (word === undefined && words.length === 0) startLine = line;
    word = (word ?? "") + character;
  };
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place] ?? "";
    const next = text[place + 1] ?? "";
    if (character === "\n") {
      endCommand();
      line += 1;
      if (heredoc !== undefined) {
        const rest = text.slice(place + 1).split("\n");
        const end = rest.findIndex((one) => one.trim() === heredoc);
        if (end === -1) break;
        place += rest.slice(0, end + 1).join("\n").length;
        line += end;
        heredoc = undefined;
      }
    } else if (character === "\\") {
      if (next === "\n") line += 1;
      else if (next === "\r" && text[place + 2] === "\n") {
        line += 1;
        place += 1;
      } else add(next);
      place += 1;
    } else if ((character === "$" && (next === "(" || next === "{")) || character === "`") {
      const end = character === "`" ? text.indexOf("`", place + 1) : endOfBrackets(text, place + 1);
      add("");
      isKnown = false;
      const inner = text.slice(place, end === -1 ? text.length : end);
      line += inner.split("\n").length - 1;
      place += inner.length;
    } else if (character === "'" || character === '"') {
      const end = endOfQuote(text, place);
      add("");
      const quoted = text.slice(place + 1, end);
      if (character === '"' && /[$`]/.test(quoted)) isKnown = false;
      word = (word ?? "") + quoted;
      line += quoted.split("\n").length - 1;
      place = end;
    } else if (character === "#" && word === undefined) {
      const end = text.indexOf("\n", place);
      if (end === -1) break;
      place = end - 1;
    } else if (character === "<" && next === "<" && text[place + 2] !== "<") {
      const mark = /^<<-?\s*["']?([A-Za-z_]\w*)/.exec(text.slice(place, place + 80));
      endWord();
      heredoc = mark?.[1];
      place += (mark?.[0].length ?? 2) - 1;
    } else if (/[ \t\r]/.test(character)) endWord();
    else if (/[;&|()]/.test(character)) {
      // `2>&1` and `>|` are parts of redirections.
      if (text[place - 1] === ">" || (character === "&" && next === ">")) continue;
      endCommand();
    } else {
      add(character);
      if (/[$`*?{}<>~]/.test(character)) isKnown = false;
    }
  }
  endCommand();
  return commands;
}

/** Where the bracket at a place is closed. */
function endOfBrackets(text: string, start: number): number {
  const open = text[start];
  const close = open === "(" ? ")" : "}";
  let depth = 0;
  for (let place = start; place < text.length; place += 1) {
    if (text[place] === open) depth += 1;
    else if (text[place] === close && (depth -= 1) === 0) return place;
  }
  return -1;
}

function endOfQuote(text: string, start: number): number {
  const quote = text[start];
  for (let place = start + 1; place < text.length; place += 1) {
    if (text[place] === "\\" && quote === '"') place += 1;
    else if (text[place] === quote) return place;
  }
  return text.length;
}
