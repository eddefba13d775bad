/** The paced sender as a program: `node paced-process.js OPTIONS`, in JSON; it says what came of it in one line. */
import { readFileSync } from 'node:fs';
import { bodiesOf } from './orders-file.js';
import type { PacedOptions } from './paced.js';
import { PacedSender } from './paced-sender.js';

const options = JSON.parse(process.argv[2] ?? '{}') as PacedOptions;
const { ordersFile, ordersEach = 1 } = options;
const sender = new PacedSender(options, bodiesOf(readFileSync(ordersFile, 'utf8'), ordersEach));
process.stdout.write(JSON.stringify(await sender.run()));
// The clock's thread and sockets that were given up may still be there.
process.exit(0);
