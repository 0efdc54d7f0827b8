// The earliest start without a gap, for one who knows the whole text and when each character comes, and cuts at words.

/**
 * Milliseconds from the first character to the first audio, at least, so that speech never stops: found by bisection over the start,
 * and for each start by the earliest time at which the engine can be done with the text up to each word. Every request costs its mean.
 * With several slots the engine is taken to have as many as it likes: then it is a lower bound that may not be reached.
 */
export function wordBoundMs({ text, engine, tokenMs, tokenCharacters, msPerCharacter }) {
  const ends = [0, ...[...text.matchAll(/\S(?=\s|$)/g)].map((match) => match.index + 1)];
  const perCharacterMs = engine.realTimeFactor * msPerCharacter;
  // A word has ended when the space behind it is seen, the last one when the text has.
  const seenMs = ends.map((end) => Math.max(0, Math.ceil(Math.min(end, text.length) / tokenCharacters) - 1) * tokenMs);
  const whole = engine.output === "whole";

  function canStartAt(startMs) {
    const doneMs = ends.map((_, index) => (index === 0 ? 0 : Infinity));
    for (let to = 1; to < ends.length; to += 1) {
      for (let from = 0; from < to; from += 1) {
        if (doneMs[from] === Infinity) continue;
        const sentMs = engine.slots > 1 ? seenMs[to] : Math.max(seenMs[to], doneMs[from]);
        const madeMs = sentMs + engine.startMs + perCharacterMs * (ends[to] - ends[from]);
        const audioMs = whole ? madeMs : sentMs + engine.startMs;
        if (audioMs <= startMs + ends[from] * msPerCharacter + 1e-6) doneMs[to] = Math.min(doneMs[to], madeMs);
      }
    }
    return doneMs.at(-1) < Infinity;
  }

  let tooEarly = 0;
  let possible = 2 * (engine.startMs + text.length * (perCharacterMs + tokenMs));
  while (possible - tooEarly > 0.5) {
    const middle = (tooEarly + possible) / 2;
    if (canStartAt(middle)) possible = middle;
    else tooEarly = middle;
  }
  return possible;
}
