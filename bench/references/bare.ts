/**
 * The bare reference: uWebSockets.js that reads the body, parses it and answers with the status, the headers and the
 * length of the real server's answer, and does nothing else. What the real server reaches of it is what there is to reach.
 *
 * `node dist/bench/references/bare.js [VERSION]` says in a line of JSON on which port it listens.
 */
import uWS from 'uWebSockets.js';

const version = process.argv[2] ?? '1';
/** As long as the answers that are given most. */
const ANSWER = '{"estimated_delivery_minutes":24.31}';

const app = uWS.App();

app.get('/health', (response) => {
  response.end('{}');
});

app.post('/predict', (response) => {
  let gone = false;
  let before: Buffer | undefined;
  response.onAborted(() => {
    gone = true;
  });
  response.onData((chunk, isLast) => {
    if (gone) return;
    const part = Buffer.from(chunk);
    if (!isLast) {
      // The chunk is taken away when this returns.
      before = before === undefined ? Buffer.from(part) : Buffer.concat([before, part]);
      return;
    }
    JSON.parse((before === undefined ? part : Buffer.concat([before, part])).toString('utf8'));
    // In the call that brings the body the response is corked already.
    response.writeHeader('content-type', 'application/json').writeHeader('x-model-version', version).end(ANSWER);
  });
});

app.any('/*', (response) => {
  response.writeStatus('404 Not Found').end();
});

app.listen('127.0.0.1', 0, (socket) => {
  if (socket === false) throw new Error('The bare reference cannot listen on 127.0.0.1.');
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port: uWS.us_socket_local_port(socket) })}\n`);
});

process.once('SIGTERM', () => process.exit(0));
