/** What the system may show, and what its buttons do. */
export interface MediaSessionOptions {
  readonly title: string;
  readonly artist?: string | undefined;
  /** What the system's buttons do. Default of pause and play: the player holds its sinks itself. Without `onStop` there is no stop button. */
  readonly onPause?: (() => void) | undefined;
  /** The system's play button. */
  readonly onPlay?: (() => void) | undefined;
  /** The system's stop button. */
  readonly onStop?: (() => void) | undefined;
}

/** Tells the system what is played, where the browser can; nothing elsewhere. */
export class MediaSessionNotice {
  readonly #session: MediaSession | undefined;
  readonly #actions: readonly MediaSessionAction[];

  constructor(options: MediaSessionOptions | undefined, defaults: { readonly pause: () => void; readonly play: () => void }) {
    this.#session = options === undefined || !("mediaSession" in navigator) ? undefined : navigator.mediaSession;
    this.#actions = options?.onStop === undefined ? ["pause", "play"] : ["pause", "play", "stop"];
    if (this.#session === undefined || options === undefined) return;
    this.#session.metadata = new MediaMetadata({ title: options.title, artist: options.artist ?? "" });
    this.#session.setActionHandler("pause", options.onPause ?? defaults.pause);
    this.#session.setActionHandler("play", options.onPlay ?? defaults.play);
    if (options.onStop !== undefined) this.#session.setActionHandler("stop", options.onStop);
  }

  set state(state: MediaSessionPlaybackState) {
    if (this.#session !== undefined && this.#session.playbackState !== state) this.#session.playbackState = state;
  }

  close(): void {
    if (this.#session === undefined) return;
    this.state = "none";
    this.#session.metadata = null;
    for (const action of this.#actions) this.#session.setActionHandler(action, null);
  }
}
