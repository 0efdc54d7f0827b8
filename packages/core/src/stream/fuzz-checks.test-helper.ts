import type { Mark } from "@parlando/engine";
import { assertSpoken } from "@parlando/testkit";
import type { FuzzObservation } from "./fuzz-run.test-helper.ts";
import type { FuzzScenario } from "./fuzz-scenario.test-helper.ts";

/** Says what must hold, unless it holds. */
type Claim = (holds: boolean, what: string) => void;

/** Everything that was seen and must not be. */
export function findViolations(scenario: FuzzScenario, seen: FuzzObservation): string[] {
  const violations: string[] = [];
  const claim: Claim = (holds, what) => void (holds || violations.push(what));
  for (const check of [checkEnd, checkChunks, checkSegments, checkMarks, checkSentences, checkWords, checkInterruptions, checkSound, checkReport]) check(scenario, seen, claim);
  return violations;
}

/** Text as engines get it: halves of pairs are replaced. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}

/** Whether everything was spoken and taken. */
function isFinished(seen: FuzzObservation): boolean {
  return seen.report?.interrupted === false;
}

function checkEnd(_: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  claim(seen.oddErrors.length === 0, `odd errors: ${seen.oddErrors.map(String).join("; ")}`);
  claim(seen.left.sleepers === 0, `${seen.left.sleepers} sleepers are left`);
  claim(seen.left.requests === 0, `${seen.left.requests} requests are left`);
  claim(seen.left.listeners === 0, `${seen.left.listeners} listeners are left`);
  claim((seen.report === undefined) !== (seen.error === undefined), "one outcome");
  claim(seen.times.done === (seen.report === undefined ? 0 : 1), `onDone was called ${seen.times.done} times`);
}

function checkChunks({ hasLateProcessor, hasStages }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  let frame = 0;
  let text = "";
  let index = 0;
  for (const [place, chunk] of seen.chunks.entries()) {
    const frames = chunk.samples.length / chunk.channels;
    claim(chunk.startFrame === frame, `chunk ${place} starts at ${chunk.startFrame}, not ${frame}`);
    claim(chunk.samples.every((sample) => Number.isFinite(sample) && Math.abs(sample) <= 1.01), `chunk ${place} has odd samples`);
    claim(frames > 0 || place === seen.chunks.length - 1, `chunk ${place} of ${seen.chunks.length} is empty`);
    if (!hasLateProcessor) claim(chunk.segments.reduce((sum, segment) => sum + segment.frames, 0) === frames, `chunk ${place} accounts for other frames`);
    for (const segment of chunk.segments) {
      claim(segment.index >= index, `segments go back in chunk ${place}`);
      ({ index } = segment);
    }
    const startMs = (frame * 1000) / chunk.sampleRate;
    for (const mark of chunk.marks) claim(mark.timeMs >= startMs - 1e-6 && mark.timeMs <= startMs + chunk.durationMs + 1e-6, `chunk ${place} has a ${mark.kind} at ${mark.timeMs}, outside`);
    frame += frames;
    text += chunk.text;
  }
  claim(seen.fed.startsWith(text), `the text of the chunks is no prefix (stages: ${hasStages}): ${JSON.stringify(text.slice(0, 300))}`);
  // Where nothing was spoken there is no chunk to carry the text.
  if (isFinished(seen) && seen.chunks.length > 0) claim(text === seen.fed, `the text of the chunks ends at ${text.length} of ${seen.fed.length}`);
}

function checkSegments({ hasStages }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  let start = 0;
  let end = 0;
  for (const [place, segment] of seen.segments.entries()) {
    claim(segment.index === place, `segment ${place} has index ${segment.index}`);
    // What a stage has put in the place of one word may be long enough for several segments.
    claim(segment.textStart >= (hasStages ? start : end) && segment.textEnd >= segment.textStart && segment.textEnd <= seen.fed.length, `segment ${place}: ${segment.textStart}..${segment.textEnd} after ${end} of ${seen.fed.length}`);
    if (!hasStages) {
      claim(seen.fed.slice(end, segment.textStart).trim() === "", `text is lost before segment ${place}`);
      claim(seen.fed.slice(segment.textStart, segment.textEnd).startsWith(segment.text.slice(0, 5)), `segment ${place} has another text`);
    }
    start = segment.textStart;
    end = segment.textEnd;
  }
  if (!hasStages && isFinished(seen)) claim(seen.fed.slice(end).trim() === "", `text is lost after ${end} of ${seen.fed.length}`);
}

function checkMarks({ hasStages, options }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  const wanted = options.marks ?? ["word", "sentence", "bookmark"];
  const last = new Map<string, Mark>();
  for (const mark of seen.marks) {
    const before = last.get(mark.kind);
    const name = `${mark.source} ${mark.kind} ${mark.textStart}..${mark.textEnd} at ${mark.timeMs}`;
    claim(wanted.includes(mark.kind), `${name} was not asked for`);
    claim(Number.isFinite(mark.timeMs) && mark.timeMs >= 0 && (mark.durationMs ?? 0) >= 0, `${name} has an odd time`);
    claim(mark.textStart >= 0 && mark.textEnd >= mark.textStart && mark.textEnd <= seen.fed.length, `${name} is outside of ${seen.fed.length}`);
    claim(before === undefined || mark.timeMs >= before.timeMs - 1e-6, `${name} goes back in time, behind ${before?.timeMs}`);
    claim(before === undefined || mark.textStart >= before.textStart, `${name} goes back in the text, behind ${before?.textStart}..${before?.textEnd}`);
    if (!hasStages) {
      claim(before === undefined || mark.textStart >= before.textEnd, `${name} overlaps ${before?.textStart}..${before?.textEnd}`);
      if (mark.kind === "word") claim(wellFormed(mark.value) === wellFormed(seen.fed.slice(mark.textStart, mark.textEnd)), `${name} says ${JSON.stringify(mark.value)}, not ${JSON.stringify(seen.fed.slice(mark.textStart, mark.textEnd))}`);
    }
    last.set(mark.kind, mark);
  }
  const told = new Set(seen.marks);
  claim(seen.spoken.every((mark) => told.delete(mark)), "a mark was spoken twice, or never told");
  if (isFinished(seen) && seen.sink?.playedFrames() !== undefined) claim(told.size === 0, `${told.size} marks were never spoken: ${[...told].map((mark) => `${mark.kind} ${mark.textStart} at ${mark.timeMs}`).join(", ").slice(0, 200)}`);
}

function checkSentences({ options }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  if (options.marks?.includes("sentence") === false) return;
  const sentences = seen.marks.filter(({ kind }) => kind === "sentence");
  let end = 0;
  for (const { textStart, textEnd, value } of sentences) {
    claim(value === seen.fed.slice(textStart, textEnd), `the sentence ${textStart}..${textEnd} says something else`);
    claim(seen.fed.slice(end, textStart).trim() === "", `a sentence is missing before ${textStart}`);
    end = textEnd;
  }
  if (isFinished(seen) && seen.chunks.length > 0) claim(seen.fed.slice(end).trim() === "", `a sentence is missing after ${end} of ${seen.fed.length}`);
}

/** Every letter and digit lies in a word, but those that an engine left out: where it speaks before it is told to, a part of a segment can be silent, and nobody knows. */
function checkWords({ options, hasStages }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  if (hasStages || options.marks?.includes("word") === false || !isFinished(seen)) return;
  const words = seen.marks.filter(({ kind }) => kind === "word");
  let end = 0;
  for (const { textStart, textEnd } of [...words, { textStart: seen.fed.length, textEnd: seen.fed.length }]) {
    const between = seen.fed.slice(end, textStart);
    const isUnspoken = seen.unspoken.some((text) => wellFormed(text).includes(wellFormed(between).trim()));
    claim(isUnspoken || !/[\p{L}\p{N}]/u.test(between), `a word is missing between ${end} and ${textStart}: ${JSON.stringify(between.slice(0, 40))}`);
    end = textEnd;
  }
}

function checkInterruptions({ hasStages, engines }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  const handedMs = seen.chunks.reduce((sum, chunk) => sum + chunk.durationMs, 0);
  const handedText = seen.chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
  for (const { heardText, unheardText, heardUntil, heardMs, billedCharacters, wastedCharacters, basis } of seen.interruptions) {
    claim(heardText + unheardText === seen.fed, "heard and unheard are not what was fed");
    claim(heardText.length === heardUntil, "heardText does not end at heardUntil");
    const cutsPair = /[\ud800-\udbff]$/u.test(heardText) && /^[\udc00-\udfff]/u.test(unheardText);
    claim(!cutsPair, `heardUntil ${heardUntil} cuts a pair`);
    claim(heardMs >= 0 && heardMs <= handedMs + 1e-6, `${heardMs} ms were heard of ${handedMs}`);
    // An estimate, or a mark that came after its audio, knows better than the text of a chunk that was handed out before.
    const isCertain = basis === "marks" && !hasStages && engines.every(({ markOrder }) => markOrder !== "after");
    claim(!isCertain || heardUntil <= handedText, `heard until ${heardUntil}, but only ${handedText} characters were handed out`);
    claim(wastedCharacters >= 0 && wastedCharacters <= billedCharacters, `wasted ${wastedCharacters} of ${billedCharacters}`);
  }
}

/** Where tones can be read: every word once. */
function checkSound({ hasLateProcessor, faulty, options }: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  const first = seen.chunks[0];
  if (!isFinished(seen) || first === undefined || hasLateProcessor || faulty || first.sampleRate < 16_000 || options.rate !== undefined) return;
  const samples = new Float32Array(seen.chunks.reduce((sum, chunk) => sum + chunk.samples.length / chunk.channels, 0));
  for (const chunk of seen.chunks) for (let frame = 0; frame < chunk.samples.length / chunk.channels; frame += 1) samples[chunk.startFrame + frame] = chunk.samples[frame * chunk.channels] ?? 0;
  const text = seen.segments.map((segment) => segment.text).join("\n");
  try {
    assertSpoken(samples, first.sampleRate, text);
  } catch (error) {
    claim(false, `the sound: ${String(error)}`);
  }
}

function checkReport(_: FuzzScenario, seen: FuzzObservation, claim: Claim): void {
  const { report } = seen;
  if (report === undefined) return;
  const audioMs = seen.chunks.reduce((sum, chunk) => sum + chunk.durationMs, 0);
  claim(report.characters === seen.fed.length, `the report tells ${report.characters} characters of ${seen.fed.length}`);
  claim(report.segments === seen.segments.length, `the report tells ${report.segments} segments of ${seen.segments.length}`);
  claim(report.attempts >= report.segments || report.interrupted, "fewer attempts than segments");
  claim(Math.abs(report.audioMs - audioMs) < 0.5, `the report tells ${report.audioMs} ms of ${audioMs}`);
  claim(report.underruns >= 0 && report.underrunMs >= 0 && report.elapsedMs >= 0, "odd times in the report");
}
