/** What a waveform shows. */
export interface WaveformPicture {
  /** One for each 20 ms, 0 to 1. */
  readonly peaks: Float32Array;
  /** How much of the width the peaks fill, 0 to 1. */
  readonly filled: number;
  /** How much of the peaks was heard, 0 to 1. */
  readonly heard: number;
}

/** Width of a bar and of the gap behind it, in CSS pixels. */
const barPixels = 3;
const gapPixels = 2;

/** Draws bars from the middle, those heard in the colour `--parlando-heard`, the rest in `--parlando-unheard`; without these, in the colour of the text. */
export function drawWaveform(canvas: HTMLCanvasElement, { peaks, filled, heard }: WaveformPicture): void {
  const context = fitCanvas(canvas);
  if (context === undefined) return;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const style = getComputedStyle(canvas);
  const heardColour = style.getPropertyValue("--parlando-heard").trim() || style.color;
  const unheardColour = style.getPropertyValue("--parlando-unheard").trim() || style.color;
  const bars = Math.floor(width / (barPixels + gapPixels));
  const shown = Math.min(bars, Math.ceil(bars * filled));
  context.clearRect(0, 0, width, height);
  for (let bar = 0; bar < bars; bar += 1) {
    const isFilled = bar < shown && peaks.length > 0;
    const level = isFilled ? peakBetween(peaks, bar / shown, (bar + 1) / shown) : 0;
    const tall = Math.max(barPixels, Math.sqrt(level) * height);
    context.globalAlpha = isFilled ? 1 : 0.35;
    context.fillStyle = isFilled && (bar + 0.5) / shown <= heard ? heardColour : unheardColour;
    context.beginPath();
    context.roundRect(bar * (barPixels + gapPixels), (height - tall) / 2, barPixels, tall, barPixels / 2);
    context.fill();
  }
}

/** The canvas at the screen's own resolution; undefined where it has no size or cannot be drawn on. */
function fitCanvas(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (width === 0 || height === 0) return undefined;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d") ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function peakBetween(peaks: Float32Array, from: number, to: number): number {
  const last = Math.max(Math.floor(from * peaks.length) + 1, Math.floor(to * peaks.length));
  let greatest = 0;
  for (let index = Math.floor(from * peaks.length); index < last; index += 1) greatest = Math.max(greatest, peaks[index] ?? 0);
  return greatest;
}
