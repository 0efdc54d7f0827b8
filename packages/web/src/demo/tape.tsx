import { useRef, type ReactElement } from "react";
import { isOver } from "../react/speech-player.tsx";
import { peakMs } from "../react/speech-recording.ts";
import type { Speech } from "../react/speech-state.ts";
import { useFrames } from "../react/use-frames.ts";
import { useReducedMotion } from "../react/use-reduced-motion.ts";
import { openSheet, stepOf, type Sheet } from "./canvas.ts";

interface TapePicture {
  readonly peaks: Float32Array;
  readonly madeMs: number;
  readonly handedMs: number;
  readonly heardMs: number;
  readonly wholeMs: number;
}

const bar = 3;
const pitch = 5;
const ruler = 20;

/** The speech as a tape: what was heard, what the player holds, what has been made and waits. Its ruler is seconds of speech. */
export function Tape({ speech, madeMs, label, className }: { readonly speech: Speech; readonly madeMs: () => number; readonly label: string; readonly className?: string }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shownWhole = useRef(8_000);
  const isStill = useReducedMotion();
  const isMoving = !isOver(speech.phase) && speech.phase !== "paused";
  const draw = (): void => {
    const sheet = canvas.current === null ? undefined : openSheet(canvas.current);
    if (sheet === undefined) return;
    const { heardMs, receivedMs, isComplete } = speech.position();
    const made = Math.max(madeMs(), receivedMs);
    const wanted = isComplete && receivedMs > 0 ? receivedMs : Math.max(8_000, made * 1.12);
    shownWhole.current = isStill || !isMoving ? wanted : shownWhole.current + (wanted - shownWhole.current) * 0.12;
    drawTape(sheet, { peaks: speech.peaks, madeMs: made, handedMs: receivedMs, heardMs, wholeMs: shownWhole.current });
  };
  useFrames(draw, isMoving && !isStill);
  return <canvas ref={canvas} className={className ?? "tape"} role="img" aria-label={label} />;
}

function drawTape(sheet: Sheet, picture: TapePicture): void {
  const { context, width, height, colour } = sheet;
  const tall = height - ruler;
  const at = (ms: number): number => (ms / picture.wholeMs) * width;
  context.fillStyle = colour("--made-soft");
  roundedBand(context, 0, 0, at(picture.madeMs), tall);
  context.fillStyle = colour("--held-soft");
  roundedBand(context, 0, 0, at(picture.handedMs), tall);
  drawBars(sheet, picture, tall);
  drawRuler(sheet, picture.wholeMs, tall);
  if (picture.heardMs > 0 && picture.heardMs < picture.handedMs) {
    context.fillStyle = colour("--accent");
    context.fillRect(at(picture.heardMs) - 1, 0, 2, tall);
    context.beginPath();
    context.arc(at(picture.heardMs), tall, 4, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawBars({ context, width, colour }: Sheet, { peaks, madeMs, handedMs, heardMs, wholeMs }: TapePicture, tall: number): void {
  const [heard, held, made, none] = [colour("--accent"), colour("--held"), colour("--made"), colour("--line-strong")];
  const msOfBar = (pitch / width) * wholeMs;
  for (let x = 1; x + bar <= width; x += pitch) {
    const ms = (x / width) * wholeMs;
    const level = ms < handedMs ? greatest(peaks, ms / peakMs, (ms + msOfBar) / peakMs) : 0;
    const high = ms < handedMs ? Math.max(4, Math.sqrt(level) * (tall - 14)) : ms < madeMs ? 7 : 2;
    context.globalAlpha = ms < madeMs ? 1 : 0.35;
    context.fillStyle = ms < heardMs ? heard : ms < handedMs ? held : ms < madeMs ? made : none;
    context.beginPath();
    context.roundRect(x, (tall - high) / 2, bar, high, bar / 2);
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawRuler({ context, width, colour }: Sheet, wholeMs: number, tall: number): void {
  const step = stepOf(wholeMs);
  context.fillStyle = colour("--muted");
  context.font = `11px ${colour("--sans")}`;
  context.textBaseline = "bottom";
  for (let ms = 0; ms < wholeMs; ms += step) {
    const x = (ms / wholeMs) * width;
    if (x > width - 28) break;
    context.fillText(`${String(ms / 1000)} s`, x + (ms === 0 ? 1 : 3), tall + ruler - 2);
    context.globalAlpha = 0.4;
    context.fillRect(x, tall + 5, 1, 5);
    context.globalAlpha = 1;
  }
}

function roundedBand(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  if (width <= 0) return;
  context.beginPath();
  context.roundRect(x, y, width, height, 8);
  context.fill();
}

function greatest(peaks: Float32Array, from: number, until: number): number {
  let found = 0;
  for (let index = Math.floor(from); index < Math.max(until, Math.floor(from) + 1); index += 1) found = Math.max(found, peaks[index] ?? 0);
  return found;
}
