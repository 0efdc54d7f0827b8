/** A stretch of text of one script, with the punctuation, digits and spaces that follow it. */
export interface ScriptRun {
  readonly script: "arabic" | "latin";
  readonly text: string;
}

/**
 * Arabic letters, marks and digits: upstream's three blocks, and the two of presentation forms. Punctuation of these blocks (`،`, `؛`, `؟`) is
 * neutral, as other punctuation is.
 */
const arabic = /(?=[\p{L}\p{Nd}\p{Mn}])[\u0600-\u06FF\u0750-\u077F\u08A0-\u08FF\uFB50-\uFDFF\uFE70-\uFEFF]/u;
/** Letters of any other script: they are read by the other language, as upstream does. */
const letter = /\p{L}/u;

/**
 * Cuts text where its script changes. What belongs to no script (punctuation, spaces, digits 0 to 9) goes with the run before it, at the start
 * with the first run.
 *
 * @param text - Any text.
 * @param script - Of a text in which there is no letter at all.
 * @returns Runs of changing script that are `text` when they are put together; none for an empty text.
 */
export function splitScripts(text: string, script: ScriptRun["script"]): readonly ScriptRun[] {
  const runs: ScriptRun[] = [];
  let current: ScriptRun["script"] | undefined;
  let start = 0;
  let at = 0;
  for (const character of text) {
    const found = scriptOf(character);
    if (found !== undefined && current !== undefined && found !== current) {
      runs.push({ script: current, text: text.slice(start, at) });
      start = at;
    }
    current = found ?? current;
    at += character.length;
  }
  if (text !== "") runs.push({ script: current ?? script, text: text.slice(start) });
  return runs;
}

function scriptOf(character: string): ScriptRun["script"] | undefined {
  if (arabic.test(character)) return "arabic";
  return letter.test(character) ? "latin" : undefined;
}
