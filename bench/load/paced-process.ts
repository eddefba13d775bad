/**
 * The paced sender as a program: `node paced-process.js OPTIONS`, in JSON. It says in a line when half of what it records
 * is past, and in another what came of it.
 */
import { readFileSync } from 'node:fs';
import { HALFWAY } from './generator.js';
import { bodiesOf } from './orders-file.js';
import type { PacedOptions } from './paced.js';
import { PacedSender } from './paced-sender.js';

const options = JSON.parse(process.argv[2] ?? '{}') as PacedOptions;
const { ordersFile, ordersEach = 1 } = options;
// Asked for now: the first use takes its time, in which the sender would be late.
const { stdout } = process;
const bodies = bodiesOf(readFileSync(ordersFile, 'utf8'), ordersEach);
const sender = new PacedSender(options, bodies, () => stdout.write(`${HALFWAY}\n`));
stdout.write(`${JSON.stringify(await sender.run())}\n`);
// The clock's thread and sockets that were given up may still be there.
process.exit(0);
