/** One event of a `text/event-stream` body. */
export interface ServerSentEvent {
  /** Its type, `"message"` where none is said. */
  readonly type: string;
  /** Its data lines, joined by line feeds. */
  readonly data: string;
}

/**
 * The events of a whole `text/event-stream` body. One that no empty line ends was cut and does not count, as the HTML
 * standard says (section 9.2.6, "Interpreting an event stream").
 */
export function parseServerSentEvents(body: string): readonly ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  let type = "";
  let data: string[] = [];
  const lines = body.split(/\r\n|\r|\n/);
  // What follows the last line end is no line.
  lines.pop();
  for (const line of lines) {
    if (line === "") {
      if (data.length > 0) events.push({ type: type === "" ? "message" : type, data: data.join("\n") });
      type = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") type = value;
    if (field === "data") data.push(value);
  }
  return events;
}

/** An event as it is written into a `text/event-stream` body; `"message"` needs no type line. */
export function formatServerSentEvent({ type, data }: ServerSentEvent): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${type === "message" ? "" : `event: ${type}\n`}${lines.join("")}\n`;
}
