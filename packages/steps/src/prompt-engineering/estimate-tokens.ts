/** Characters that models read one by one or nearly so. */
const WIDE = /[\u3000-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;

/** About how many tokens a text takes: four characters each, of Chinese, Japanese and Korean one. Pure. */
export function estimateTokens(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return wide + Math.ceil((text.length - wide) / 4);
}
