import { setTimeout as sleep } from "node:timers/promises";

/** A piece every 25 ms, 40 a second, is what a quick language model writes. */
const pieceEveryMs = 25;

const pieceSizes = [4, 3, 5, 4, 3, 3, 5];

/** Cuts a text into pieces of 3 to 5 characters, the same ones every time; a character outside the basic plane stays whole. */
export function* piecesOf(text) {
  const characters = [...text];
  let at = 0;
  for (let index = 0; at < characters.length; index += 1) {
    const size = pieceSizes[index % pieceSizes.length];
    yield characters.slice(at, at + size).join("");
    at += size;
  }
}

/** Feeds a stream at the pace of a language model, and more slowly where the stream asks for it. */
export async function feedLikeAModel(stream, text, onFed) {
  const startedAt = performance.now();
  let index = 0;
  for (const piece of piecesOf(text)) {
    const dueIn = startedAt + pieceEveryMs * index - performance.now();
    if (dueIn > 0) await sleep(dueIn);
    await stream.feed(piece);
    onFed(piece.length);
    index += 1;
  }
  stream.done();
}
