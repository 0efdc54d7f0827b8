import type { Capabilities, Engine, Mark, MarkKind } from "@parlando/engine";
import { check } from "../../fail.ts";
import type { EngineCheck, Spoken } from "./engine-check.ts";
import { segments } from "./event-checks.ts";

const withMarks = (engine: Engine, capabilities: Capabilities): boolean => segments(engine, capabilities) && capabilities.marks.length > 0;
const withWords = (engine: Engine, capabilities: Capabilities): boolean => segments(engine, capabilities) && capabilities.marks.includes("word");

/** Blocks of a decoder and rounding of a provider leave this much. */
const slackMs = 60;
const sources = ["native", "aligned", "estimated"];

/** Marks: which, when, and about what. */
export const markChecks: readonly EngineCheck[] = [
  {
    name: "sends marks only of the kinds that it declares",
    appliesTo: segments,
    async run({ speak, capabilities }) {
      const all: readonly MarkKind[] = ["word", "sentence", "character", "phoneme", "viseme", "bookmark"];
      const { marks } = await speak({ marks: all });
      for (const { kind } of marks) check(capabilities.marks.includes(kind), `A mark of the kind "${kind}" came, which \`marks\` does not list.`);
    },
  },
  {
    name: "sends every kind of mark that it declares",
    appliesTo: withMarks,
    async run({ speak, capabilities }) {
      const { marks } = await speak();
      // Bookmarks come from SSML only.
      for (const kind of capabilities.marks) check(kind === "bookmark" || marks.some((mark) => mark.kind === kind), `\`marks\` lists "${kind}", it was asked for, and none came.`);
    },
  },
  {
    name: "sends marks in order",
    appliesTo: withMarks,
    async run({ speak }) {
      const latest = new Map<MarkKind, Mark>();
      for (const mark of (await speak()).marks) {
        const before = latest.get(mark.kind);
        latest.set(mark.kind, mark);
        check(before === undefined || before.timeMs <= mark.timeMs, `A ${mark.kind} mark at ${mark.timeMs} ms comes after one at ${before?.timeMs} ms.`);
        check(before === undefined || before.textStart <= mark.textStart, `A ${mark.kind} mark at offset ${mark.textStart} comes after one at offset ${before?.textStart}.`);
      }
    },
  },
  {
    name: "keeps marks inside the audio, to its end",
    appliesTo: withMarks,
    async run({ speak }) {
      const { marks, durationMs = Infinity } = await speak();
      for (const { kind, timeMs, durationMs: lengthMs = 0, source } of marks) {
        check(timeMs >= 0 && lengthMs >= 0 && Number.isFinite(timeMs + lengthMs), `A ${kind} mark lies at ${timeMs} ms and lasts ${lengthMs} ms.`);
        check(timeMs + lengthMs <= durationMs + slackMs, `A ${kind} mark reaches to ${Math.round(timeMs + lengthMs)} ms, but the audio ends at ${Math.round(durationMs)} ms: audio is missing, or its sample rate is not the announced one.`);
        check(sources.includes(source), `A mark has the source ${JSON.stringify(source)}; allowed are ${sources.join(", ")}.`);
      }
      checkReach(marks, durationMs);
    },
  },
  {
    name: "points its marks into the text",
    appliesTo: withMarks,
    async run({ speak, texts }) {
      checkOffsets(await speak());
      checkOffsets(await speak({ text: texts.unusual }));
    },
  },
  {
    name: "marks every word",
    appliesTo: withWords,
    async run({ speak }) {
      const { text, marks } = await speak();
      const words = [...text.matchAll(/[\p{L}\p{M}\p{N}'’-]+/gu)];
      const marked = words.filter((word) => marks.some((mark) => mark.kind === "word" && mark.textStart < word.index + word[0].length && mark.textEnd > word.index));
      const last = words.at(-1);
      check(last === undefined || marked.includes(last), "The last word has no mark: the text was not spoken to its end, or its marks were not sent.");
      check(marked.length >= 0.8 * words.length, `${marked.length} of ${words.length} words have a mark.`);
    },
  },
];

/** The last word is spoken near the end; otherwise there is more audio than text, or the sample rate is wrong. */
function checkReach(marks: readonly Mark[], durationMs: number): void {
  const words = marks.filter(({ kind }) => kind === "word");
  const last = words.at(-1);
  if (last === undefined || words.length < 3 || !Number.isFinite(durationMs)) return;
  const usual = last.timeMs / (words.length - 1);
  const reach = last.timeMs + (last.durationMs ?? 2 * usual);
  check(reach >= 0.7 * durationMs - 200, `The last word ends at ${Math.round(reach)} ms, but the audio goes on to ${Math.round(durationMs)} ms: the sample rate is not the announced one, or times are in another unit.`);
}

function checkOffsets({ text, marks }: Spoken): void {
  for (const { kind, textStart, textEnd, value } of marks) {
    check(Number.isInteger(textStart) && Number.isInteger(textEnd) && textStart >= 0 && textStart <= textEnd && textEnd <= text.length, `A ${kind} mark points at ${textStart} to ${textEnd} of a text of ${text.length} UTF-16 units.`);
    const exact = kind === "word" || kind === "character";
    // The text is the suite's own, so it may be shown.
    check(!exact || value === text.slice(textStart, textEnd), `A ${kind} mark says ${JSON.stringify(value)}, but it points at ${JSON.stringify(text.slice(textStart, textEnd))}. Offsets count UTF-16 units from 0.`);
  }
}
