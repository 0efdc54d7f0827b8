import { createSegmenter } from "../segments/create-segmenter.ts";
import { TextQueue } from "../text/text-queue.ts";
import { createWholeSegmenter } from "../text/whole-segmenter.ts";
import type { StreamOptions } from "./stream-options.ts";

/** The text side of a stream. SSML is read to its end: its tags span sentences, so it is only cut at flushes. */
export function createTextQueue(options: StreamOptions): TextQueue {
  const { language, textStages = [] } = options;
  if (options.ssml === true) return new TextQueue({ createSegmenter: createWholeSegmenter, stages: textStages, windowUnits: Infinity });
  return new TextQueue({ createSegmenter: () => createSegmenter(language === undefined ? {} : { language }), stages: textStages });
}
