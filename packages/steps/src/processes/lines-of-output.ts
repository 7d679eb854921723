/** Longer lines are data. */
const LONGEST_LINE = 2000;
// oxlint-disable-next-line no-control-regex -- these are control sequences of terminals
const SEQUENCES = /\u001B\[[\d;:?]{0,40}[A-Za-z]|\u001B\][^\u0007\u001B]{0,400}(?:\u0007|\u001B\\)/g;

/** Lines of an output without colours; lines of `go test -json` as the text that they hold. */
export function linesOfOutput(output: string): readonly string[] {
  return output.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith('{"') && line.includes('"Action"')) return goLines(line);
    return line.length > LONGEST_LINE ? [] : [line.replaceAll(SEQUENCES, "").trimEnd()];
  });
}

function goLines(line: string): readonly string[] {
  try {
    const { Action, Output } = JSON.parse(line) as { readonly Action?: unknown; readonly Output?: unknown };
    return Action === "output" && typeof Output === "string" ? [Output.trimEnd()] : [];
  } catch {
    return [];
  }
}
