/** As many of the lines as fit into `maxLength`, joined by line feeds, and how many more there are, `omittedCount` included. */
export function fitLines(lines: readonly string[], maxLength: number, omittedCount: number): string {
  const noticeFor = (count: number): string => (count === 0 ? "" : `… and ${count} more`);
  for (let kept = lines.length; kept > 0; kept -= 1) {
    const notice = noticeFor(lines.length - kept + omittedCount);
    const text = [...lines.slice(0, kept), ...(notice === "" ? [] : [notice])].join("\n");
    if (text.length <= maxLength) return text;
  }
  return noticeFor(lines.length + omittedCount);
}
