import type { TTSError } from "@parlando/engine";
import type { LoadCodecs } from "../audio/codecs.ts";
import type { Playhead } from "../buffer/playhead.ts";
import type { Clock } from "../clock.ts";
import type { Condition } from "../condition.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Planner } from "../segments/planner-state.ts";
import type { RouteList } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { TextQueue } from "../text/text-queue.ts";
import type { PullGate } from "./pull-gate.ts";
import type { StreamArrivals } from "./stream-arrivals.ts";
import type { SentSegment, Warning } from "./stream-events.ts";
import type { StreamSettings } from "./stream-settings.ts";
import type { StreamStatistics } from "./stream-statistics.ts";

/** What {@link Sender} works with; all of it belongs to the stream. */
export interface SenderOptions {
  readonly settings: StreamSettings;
  readonly routes: RouteList;
  readonly clock: Clock;
  /** Absent: only uncompressed audio is asked for and read. */
  readonly codecs: LoadCodecs | undefined;
  readonly text: TextQueue;
  readonly planner: Planner;
  readonly ledger: Ledger;
  readonly gate: PullGate;
  readonly runs: SegmentRun[];
  readonly statistics: StreamStatistics;
  readonly arrivals: StreamArrivals;
  readonly signal: AbortSignal;
  /** Notified when anything changed that a taker or a held engine may wait for. */
  readonly changed: Condition;
  readonly playhead: Pick<Playhead, "unheardMs" | "handedFrames">;
  readonly onSegment: (segment: SentSegment) => void;
  readonly onWarning: (warning: Warning) => void;
  /** The stream cannot go on. */
  readonly onFailure: (error: TTSError) => void;
  /** A segment was spoken to its end, or another engine goes on with it: the numbers of the stream are worth telling. */
  readonly onReport: () => void;
  /** After a look at the text, whether something was sent or not. */
  readonly onProgress: () => void;
  /** A segment ended, or marks came: there may be something to tell. */
  readonly onNews: () => void;
  /** Audio has come: of all that progress may change, only what it can. */
  readonly onAudio: () => void;
}
