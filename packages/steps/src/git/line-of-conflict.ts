/** The line of the first conflict marker where all three are there in their order: a line of equal signs alone also underlines headings. Pure. */
export function lineOfConflict(text: string): number | undefined {
  const marker = /^<{7}(?: .*)?\r?\n[\s\S]*?^={7}\r?\n[\s\S]*?^>{7}(?: .*)?\r?$/m.exec(text);
  return marker === null ? undefined : text.slice(0, marker.index).split("\n").length;
}
