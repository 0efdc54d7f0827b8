/** The WebSocket subprotocol of this version: the server chooses it, or refuses the connection. */
export const protocolName: string = "parlando.v1";

/**
 * How a browser, which cannot set headers, brings its ticket: a second subprotocol, this prefix and the ticket. The server never chooses it, so it is not
 * sent back.
 */
export const ticketProtocolPrefix: string = "parlando.ticket.";

/** As {@link ticketProtocolPrefix}, for a key in base64url without padding. Meant for tools; pages take tickets. */
export const keyProtocolPrefix: string = "parlando.key.";

/** What messages and frames may be at most; both sides refuse more. */
export const wireLimits: {
  /** Bytes of one control message (as UTF-8). */
  readonly messageBytes: number;
  /** Bytes of audio in one frame, without its header. */
  readonly frameBytes: number;
  /** UTF-16 units of a voice's, model's or language's name. */
  readonly nameUnits: number;
  /** How deep `options` may be nested, and how many entries they may have in all. */
  readonly optionDepth: number;
  readonly optionEntries: number;
} = { messageBytes: 65_536, frameBytes: 65_536, nameUnits: 256, optionDepth: 4, optionEntries: 64 };
