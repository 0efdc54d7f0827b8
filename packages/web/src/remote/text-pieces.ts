/** Units in one message. JSON writes a unit in 6 bytes at most, so that such a piece is within the limit of a message. */
const pieceUnits = 8_192;

/** A text in pieces that fit into a message each; a pair of surrogates stays together. */
export function* textPieces(text: string): Generator<string, void, undefined> {
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + pieceUnits);
    const cut = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;
    yield text.slice(at, cut);
    at = cut;
  }
}
