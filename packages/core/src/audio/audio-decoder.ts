/**
 * Turns bytes of one encoding into samples: mono Float32, full scale at ±1.
 *
 * One for each piece of audio that begins anew: a segment of an engine that sends a header each time, or a whole session.
 */
export interface AudioDecoder {
  /** In Hz. Until the first samples it is the announced rate; a header is believed over that, and then it stays. */
  readonly sampleRate: number;
  /** Whether samples that were no numbers have become silence. Absent where the encoding has none. */
  readonly hasReplaced?: boolean | undefined;
  /**
   * Takes bytes cut anywhere; returns the samples that are complete.
   *
   * @throws TTSError `BAD_AUDIO` when the bytes are not what they were announced to be, `UNSUPPORTED` when they are a kind of it that cannot be read.
   */
  push(bytes: Uint8Array): Float32Array;
  /**
   * The rest, when no more bytes come. Part of a sample is dropped.
   *
   * @throws TTSError `BAD_AUDIO` or `TRUNCATED` when the bytes ended before the audio began, or where the encoding tells how much was to
   * come, before its end.
   */
  flush(): Float32Array;
  /** Frees what it holds before its end: a codec's memory. May be called twice, and after `flush()`, which frees it too. */
  close?(): void;
}
