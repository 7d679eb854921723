import { expect, test } from "vitest";
import { createLiveTerminal } from "./live-terminal.ts";

const SEQUENCE_OR_CHARACTER = new RegExp(`${String.fromCodePoint(27)}\\[[?\\d]*[A-Za-z]|[\\s\\S]`, "g");

/** A terminal that wraps, as far as what is written here goes: text, line ends, one line up, start of line, clear below. */
class FakeTerminal {
  columns = 20;
  writes = 0;
  rows: string[] = [""];
  #row = 0;
  #column = 0;

  readonly write = (text: string): void => {
    this.writes += 1;
    // A sequence stays whole: it begins with the escape character and ends with its first letter.
    for (const [part] of text.matchAll(SEQUENCE_OR_CHARACTER)) this.#take(part);
  };

  readonly size = (): { columns: number; rows: number } => ({ columns: this.columns, rows: 24 });

  #take(part: string): void {
    if (part === "\u001B[1A") this.#row = Math.max(0, this.#row - 1);
    else if (part === "\u001B[0J")
      this.rows = [...this.rows.slice(0, this.#row), this.rows[this.#row]?.slice(0, this.#column) ?? ""];
    else if (part === "\r") this.#column = 0;
    else if (part === "\n") this.#newRow();
    else if (!part.startsWith("\u001B")) {
      if (this.#column === this.columns) this.#newRow();
      const row = this.rows[this.#row] ?? "";
      this.rows[this.#row] = row.slice(0, this.#column).padEnd(this.#column) + part + row.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #newRow(): void {
    this.#row += 1;
    this.#column = 0;
    this.rows[this.#row] ??= "";
  }

  /** Wraps anew what was written, as terminals do. */
  resize(columns: number): void {
    this.columns = columns;
    this.rows = this.rows.flatMap((row) => row.match(new RegExp(`.{1,${columns}}`, "g")) ?? [""]);
    this.#row = this.rows.length - 1;
    this.#column = this.rows.at(-1)?.length ?? 0;
  }
}

test("the area is drawn in place, what is printed stands above it, and nothing of it stays", () => {
  const screen = new FakeTerminal();
  const live = createLiveTerminal(screen);
  screen.write("before\n");
  live.draw(["one", "two"]);
  live.draw(["one", "three"]);
  expect(screen.rows).toEqual(["before", "one", "three"]);
  live.print("a line\n");
  expect(screen.rows).toEqual(["before", "a line", "one", "three"]);
  live.draw(["only"]);
  expect(screen.rows).toEqual(["before", "a line", "only"]);
  live.clear();
  live.print("after\n");
  expect(screen.rows).toEqual(["before", "a line", "after", ""]);
});

test("nothing is written where nothing has changed, and each change is one write", () => {
  const screen = new FakeTerminal();
  const live = createLiveTerminal(screen);
  live.draw(["one"]);
  live.draw(["one"]);
  expect(screen.writes).toBe(1);
  live.print("line\n");
  expect(screen.writes).toBe(2);
  live.clear();
  live.clear();
  expect(screen.writes).toBe(3);
});

test("lines that a narrower terminal has wrapped are taken away whole", () => {
  const screen = new FakeTerminal();
  const live = createLiveTerminal(screen);
  screen.write("before\n");
  live.draw(["a line of 18 chars", "second"]);
  screen.resize(7);
  live.draw(["new"]);
  expect(screen.rows).toEqual(["before", "new"]);
});
