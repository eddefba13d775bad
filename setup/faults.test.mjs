// @ts-check
import t from 'tap';
import { asFault, Fault, faultOf } from './faults.mjs';

t.test('what npm, pip and tsc say last is turned into what is wrong and what to do', async (t) => {
  /** @type {[string, RegExp][]} */
  const outputs = [
    ['npm error code EAI_AGAIN', /cannot be fetched: check the network/],
    ['npm error code ECONNREFUSED', /cannot be fetched/],
    [
      "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found",
      /fetched/,
    ],
    ['ERROR: No matching distribution found for catboost==1.2', /no ready-made build/],
    ['npm error code ENOSPC', /disk is full/],
    ["OSError: [Errno 28] No space left on device: '/x'", /disk is full/],
    ['npm error code EACCES\nnpm error errno ECONNREFUSED', /cannot be written/],
    ["PermissionError: [Errno 13] Permission denied: '.venv'", /cannot be written/],
    ['npm error code EINTEGRITY', /not the one that the lock file names/],
    [
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
      /not the one that the lock file names/,
    ],
    ['npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.', /agree/],
    ['npm warn cleanup EPERM\nsomething new', /exit code 1, see the lines above/],
  ];
  for (const [output, sentence] of outputs) {
    t.match(faultOf('Installing', { code: 1, signal: null, output }).message, sentence, output);
  }
  t.match(faultOf('Installing', { code: null, signal: 'SIGKILL', output: '' }).message, 'ended by SIGKILL');
});

t.test('of the output the last lines are shown, without stack traces and repetitions', async (t) => {
  const output = 'npm warn old\nnpm error code X\nnpm error     at f (g.js:1:1)\nnpm error same\nnpm error same\n\n';
  t.equal(faultOf('Installing', { code: 1, signal: null, output }).details, 'npm error code X\nnpm error same');
  const long = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
  t.match(faultOf('Installing', { code: 1, signal: null, output: long }).details, /^line 88\n.*line 99$/s);
});

t.test('a fault of the file system is told in a sentence, a mistake in the program stays what it is', async (t) => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  t.match(asFault(full), { constructor: Fault, message: 'Setting up failed: the disk is full' });
  const mistake = new TypeError('EACCES is not a function');
  t.equal(asFault(mistake), mistake);
});
