// The service of transport.bench.mjs, a process of its own. Tells its port, and answers questions about its last request.

import { createServer } from "node:http";

const CHUNK = Buffer.alloc(960, 7);
const MINUTE_CHUNKS = 3000;
const BLOCK = Buffer.alloc(64 * 1024, 7);

let sent = () => 0;
let goneAt;
let tellGone;

function notice() {
  goneAt = performance.timeOrigin + performance.now();
  tellGone?.(goneAt);
  tellGone = undefined;
}

const handlers = {
  "/short": (response) => response.end(CHUNK),
  "/minute": (response) => writeAll(response, CHUNK, MINUTE_CHUNKS, () => response.end()),
  "/endless": (response) => {
    const timer = setInterval(() => response.write(CHUNK), 20);
    response.write(CHUNK);
    response.on("close", () => clearInterval(timer));
  },
  "/flood": (response) => {
    const { socket } = response;
    const before = socket.bytesWritten;
    // What lies in Node's own queue of the socket has not left this process.
    sent = () => socket.bytesWritten - before - socket.writableLength;
    writeAll(response, BLOCK, Number.POSITIVE_INFINITY, () => {});
  },
};

/** A write a turn of the event loop, and none while the connection is full. */
function writeAll(response, piece, count, done) {
  let left = count;
  const next = () => {
    if (response.destroyed) return;
    if (left === 0) return done();
    left -= 1;
    if (response.write(piece)) setImmediate(next);
    else response.once("drain", next);
  };
  next();
}

const server = createServer((request, response) => {
  request.resume();
  goneAt = undefined;
  response.on("close", () => {
    if (!response.writableEnded) notice();
  });
  response.on("error", () => {});
  request.on("end", () => handlers[request.url](response));
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", (question) => {
  if (question === "sent") return process.send(sent());
  if (goneAt !== undefined) return process.send(goneAt);
  tellGone = (at) => process.send(at);
});
process.on("disconnect", () => process.exit(0));
