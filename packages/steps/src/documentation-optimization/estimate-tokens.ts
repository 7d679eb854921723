/** Letters that are a token by themselves in most vocabularies: those of Chinese, Japanese and Korean. */
const WIDE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g;

/** About how many tokens a text is to a model: one for four characters, as is customary for English, and one for each wide letter. Pure. */
export function estimateTokens(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return Math.ceil((text.length - wide) / 4) + wide;
}
