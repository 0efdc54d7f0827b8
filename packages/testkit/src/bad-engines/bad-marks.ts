import type { EngineEvent, Mark } from "@parlando/engine";
import { alterEach, alterRequests, type BadEngine } from "./alter.ts";

/** Changes every mark. */
const alterMarks = (change: (mark: Mark, text: string) => Mark | undefined) => () =>
  alterEach((event, _, request) => {
    if (event.type !== "mark") return [event];
    const mark = change(event.mark, request.text);
    return mark === undefined ? [] : [{ type: "mark", mark }];
  });

const inside = "keeps marks inside the audio, to its end";
const pointing = "points its marks into the text";

/** Wrong in what marks tell. */
export const badMarkEngines: readonly BadEngine[] = [
  {
    name: "sends marks out of order",
    create: () =>
      alterRequests(async function* (events) {
        const marks: EngineEvent[] = [];
        for await (const event of events) {
          if (event.type === "mark") marks.push(event);
          else yield event;
        }
        yield* marks.reverse();
      }),
    caughtBy: ["sends marks in order"],
  },
  { name: "tells times in ticks of 100 ns", create: alterMarks((mark) => ({ ...mark, timeMs: mark.timeMs * 10_000 })), caughtBy: [inside] },
  { name: "tells times in seconds", create: alterMarks((mark) => ({ ...mark, timeMs: mark.timeMs / 1000, durationMs: 0.1 })), caughtBy: [inside] },
  { name: "tells times before the start", create: alterMarks((mark) => ({ ...mark, timeMs: mark.timeMs - 50 })), caughtBy: [inside] },
  { name: "points outside the text", create: alterMarks((mark) => ({ ...mark, textEnd: mark.textEnd + 50 })), caughtBy: [pointing] },
  { name: "counts offsets from 1", create: alterMarks((mark) => ({ ...mark, textStart: mark.textStart + 1, textEnd: mark.textEnd + 1 })), caughtBy: [pointing] },
  {
    name: "counts code points instead of UTF-16 units",
    create: alterMarks((mark, text) => ({ ...mark, textStart: [...text.slice(0, mark.textStart)].length, textEnd: [...text.slice(0, mark.textEnd)].length })),
    caughtBy: [pointing],
  },
  {
    name: "counts bytes of UTF-8 instead of UTF-16 units",
    create: alterMarks((mark, text) => ({ ...mark, textStart: Buffer.byteLength(text.slice(0, mark.textStart)), textEnd: Buffer.byteLength(text.slice(0, mark.textEnd)) })),
    caughtBy: [pointing],
  },
  { name: "declares words and marks none", create: alterMarks((mark) => (mark.kind === "word" ? undefined : mark)), caughtBy: ["sends every kind of mark that it declares", "marks every word"] },
  { name: "marks every other word", create: alterMarks((mark) => (mark.kind === "word" && mark.textStart % 2 === 1 ? undefined : mark)), caughtBy: ["marks every word"] },
  { name: "sends marks that it does not declare", create: alterMarks((mark) => ({ ...mark, kind: "viseme" })), caughtBy: ["sends marks only of the kinds that it declares"] },
];
