import { TTSError } from "@parlando/engine";
import { admit, type Load } from "./admission.ts";
import { toFailure } from "./failure.ts";
import type { ProcessMessage } from "./protocol.ts";

/** Somebody who wants a place on the device. */
export interface Applicant {
  readonly id: number;
  /** Codes that it will take, by estimate. */
  readonly codes: number;
  /** The longest wait that it accepts, by estimate. */
  readonly maximumWaitMs: number;
  /** It has a place now. */
  readonly begin: () => void;
}

/** Those who wait for a place, first come first served. */
export interface WaitingLine {
  readonly length: number;
  /** Lets somebody in at once, or puts it at the end of the line, or refuses it with `CONCURRENCY_LIMIT`. */
  enter(applicant: Applicant): void;
  /** There may be room: lets in who can go. */
  admitNext(): void;
  /** Takes somebody out, without an answer; false: it does not wait. */
  leave(id: number): boolean;
  /** Takes all out. */
  clear(): readonly number[];
}

/** What a line is made with. */
export interface WaitingLineOptions {
  /** How the device stands, for somebody behind those who wait with so many codes each. */
  readonly load: (waiting: readonly number[]) => Load;
  readonly send: (message: ProcessMessage) => void;
  /** Somebody waits who did not before. */
  readonly onWait: () => void;
}

/** More than that would wait for minutes. */
const maximumWaiting = 64;

/** Opens a line with nobody in it. */
export function createWaitingLine({ load, send, onWait }: WaitingLineOptions): WaitingLine {
  const line: { readonly applicant: Applicant; ahead: number }[] = [];

  const loadBehind = (count: number): Load => load(line.slice(0, count).map(({ applicant }) => applicant.codes));

  function enter(applicant: Applicant): void {
    const answer = admit(loadBehind(line.length));
    if (answer.start) return applicant.begin();
    const { id, maximumWaitMs } = applicant;
    const { ahead, waitMs } = answer;
    if (line.length >= maximumWaiting || waitMs > maximumWaitMs) return send(refusal(applicant, answer));
    line.push({ applicant, ahead });
    send({ type: "queued", id, ahead, waitMs });
    onWait();
  }

  function tellPlaces(): void {
    for (const [ahead, entry] of line.entries()) {
      if (entry.ahead === ahead) continue;
      entry.ahead = ahead;
      const answer = admit(loadBehind(ahead));
      send({ type: "queued", id: entry.applicant.id, ahead, waitMs: answer.start ? 0 : answer.waitMs });
    }
  }

  function admitNext(): void {
    for (let first = line[0]; first !== undefined && admit(loadBehind(0)).start; first = line[0]) {
      line.shift();
      first.applicant.begin();
    }
    tellPlaces();
  }

  return {
    get length() {
      return line.length;
    },
    enter,
    admitNext,
    leave: (id) => {
      const at = line.findIndex(({ applicant }) => applicant.id === id);
      if (at < 0) return false;
      line.splice(at, 1);
      tellPlaces();
      return true;
    },
    clear: () => line.splice(0).map(({ applicant }) => applicant.id),
  };
}

function refusal({ id, maximumWaitMs }: Applicant, { ahead, waitMs }: { ahead: number; waitMs: number }): ProcessMessage {
  const message = `Waiting for a place on the device: with ${String(ahead)} waiting before, it takes about ${String(waitMs)} ms; at most ${String(maximumWaitMs)} ms and ${String(maximumWaiting)} in the line are allowed. Try again later, or allow a longer wait.`;
  return { type: "failed", id, failure: toFailure(new TTSError("CONCURRENCY_LIMIT", message, { retryAfterMs: waitMs }), { doing: "Waiting for a place" }) };
}
