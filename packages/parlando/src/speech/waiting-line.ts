/** A place in a {@link WaitingLine}. */
export interface Place {
  /** Resolves when everybody who stood in front has left. */
  readonly turn: Promise<void>;
  /** Makes room, whether the turn has come or not. May be called twice. */
  leave(): void;
}

/** Those who want the same thing, served in the order in which they came. */
export interface WaitingLine {
  /** Takes the place at the end. Whoever enters must leave. */
  enter(): Place;
}

/** An empty line. Leaving from the middle lets nobody past those who still stand in front. */
export function createWaitingLine(): WaitingLine {
  let everybodyLeft = Promise.resolve();
  return {
    enter() {
      let leave = (): void => {};
      const left = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const turn = everybodyLeft;
      everybodyLeft = turn.then(() => left);
      return { turn, leave };
    },
  };
}
