import type { TTSError } from "@parlando/engine";
import { asEngineError } from "../synthesis/engine-events.ts";
import { createSegmentRun, type SegmentRun } from "../synthesis/segment-run.ts";
import { speakSegment } from "../synthesis/speak-segment.ts";
import type { TextView } from "../text/text-queue.ts";
import type { AttemptPlanner } from "./attempt-planner.ts";
import { createEntry } from "./create-entry.ts";
import { pauseBehind } from "./pause-behind.ts";
import { goOnBehind, keptMs } from "./go-on-behind.ts";
import type { SenderOptions } from "./sender-options.ts";
import type { SendTiming } from "./send-timing.ts";
import type { SentText } from "./sent-text.ts";

/** What the two ways of sending text share: a request for each segment, and one session for all. */
export interface SendingParts {
  readonly options: SenderOptions;
  readonly attempts: AttemptPlanner;
  readonly timing: SendTiming;
  readonly sent: SentText;
  /** Nothing more comes of a run: it was spoken, or has failed. */
  readonly runEnded: (run: SegmentRun, error?: TTSError) => void;
  readonly askAgainIn: (ms: number) => void;
  readonly wake: () => void;
}

/** What surrounds a segment that is spoken by a request of its own. */
export interface SegmentSurroundings {
  readonly pauseMs: number;
  readonly previousText: string;
  /** Attempts that were made at it before, in a session. */
  readonly attempts?: number | undefined;
}

/** Sends text to engines that take it in segments: each is a request. */
export class SegmentSender {
  readonly #parts: SendingParts;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /** Sends the next segment, if it is time to. Tells whether it was. */
  send(view: TextView): boolean {
    const { options, timing, sent, askAgainIn } = this.#parts;
    const { units, askAgainInMs } = timing.ofSegment(view);
    if (units <= 0) {
      if (askAgainInMs !== undefined) askAgainIn(askAgainInMs);
      return false;
    }
    const taken = options.text.take(units);
    const segment = sent.describe(taken);
    const { previousText } = sent;
    sent.sent(taken);
    const run = createSegmentRun({ segment, entry: createEntry(segment, timing.route, 0), sentAtMs: options.clock.now() });
    options.runs.push(run);
    options.statistics.segments += 1;
    options.onSegment({ index: segment.index, text: segment.text, textStart: segment.textStart, textEnd: segment.textEnd });
    void this.speak(run, { pauseMs: pauseBehind(view, units), previousText });
    return true;
  }

  /** Has a segment spoken by requests of its own, along the list of engines. */
  async speak(run: SegmentRun, { attempts, pauseMs, previousText }: SegmentSurroundings): Promise<void> {
    const { options, runEnded } = this.#parts;
    const { routes, clock, signal, statistics } = options;
    let last = run;
    try {
      await speakSegment({
        run,
        routes,
        clock,
        signal,
        attempts,
        plan: (made, route, attempt) => this.#parts.attempts.plan(made, { route, attempt, pauseMs, previousText }),
        goOn: (made, how) => {
          const goneOn = goOnBehind(made, { ...how, options });
          last = goneOn?.run ?? last;
          return goneOn;
        },
        keptMs: (made) => keptMs(made, options),
        failedOver: ({ from, to, error, basis }) => {
          statistics.failedOver({ segment: run.segment.index, from: from.engine.id, to: to.engine.id, code: error.code, basis });
          options.onReport();
        },
      });
    } catch (error) {
      return runEnded(last, asEngineError(error, last.entry.engine));
    }
    runEnded(last);
  }
}
