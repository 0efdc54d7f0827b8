/** What the line shows; undefined: not known. */
export interface Progress {
  readonly fedCharacters: number;
  readonly madeMs: number;
  readonly playedMs?: number | undefined;
}

/** One line of a terminal that is written over and over. */
export interface ProgressLine {
  /** Takes the line away. May be called twice. */
  end(): void;
}

const updatesPerSecond = 10;
const usualColumns = 80;

/** Shows progress on a terminal until it is ended; does nothing where there is no terminal. */
export function startProgressLine(
  terminal: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined },
  progress: () => Progress,
): ProgressLine {
  if (terminal.isTTY !== true) return { end: () => {} };
  const timer = setInterval(() => {
    // A line longer than the terminal would wrap, and then stay. Some terminals say that they have 0 columns.
    terminal.write(`\r${renderProgress(progress()).slice(0, (terminal.columns || usualColumns) - 1)}\u001B[K`);
  }, 1000 / updatesPerSecond);
  timer.unref();
  let ended = false;
  return {
    end: () => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      terminal.write("\r\u001B[K");
    },
  };
}

function renderProgress({ fedCharacters, madeMs, playedMs }: Progress): string {
  const played = playedMs === undefined ? [] : [`${seconds(playedMs)} heard`];
  return [`${fedCharacters} characters in`, `${seconds(madeMs)} of audio out`, ...played].join(" · ");
}

/** Milliseconds as seconds with one decimal: `12.3 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
