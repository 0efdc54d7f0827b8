/** Why a connection was closed; the numbers are those of RFC 6455 and its registry, and from 4000 on ours. */
export const closeCodes: {
  /** The client is done. */
  readonly normal: 1000;
  /** The server was closed. */
  readonly goingAway: 1001;
  /** A binary message came from the client, who sends none. */
  readonly unsupportedData: 1003;
  /** The ticket ran out, or was for something else. */
  readonly policy: 1008;
  /** A message is longer than the limit. */
  readonly tooBig: 1009;
  /** The server has a defect. */
  readonly internal: 1011;
  /** The grace of a drain is over. */
  readonly restart: 1012;
  /** The client did not take its audio. */
  readonly slowConsumer: 1013;
  /** A message that the protocol does not allow. */
  readonly badMessage: 4400;
  /** Nothing was spoken for the idle time. */
  readonly idle: 4408;
} = { normal: 1000, goingAway: 1001, unsupportedData: 1003, policy: 1008, tooBig: 1009, internal: 1011, restart: 1012, slowConsumer: 1013, badMessage: 4400, idle: 4408 };

/** One of {@link closeCodes}. */
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
