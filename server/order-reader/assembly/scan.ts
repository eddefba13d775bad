/**
 * Finds the fields of an order in the bytes of a body. AssemblyScript, compiled to WebAssembly: in JavaScript each look at
 * a byte also asks whether the buffer is still there, since the library takes those of bodies away; that is a third of
 * the time of a reader, and a comparison of eight bytes at a time costs it more than it saves.
 *
 * Whoever uses it writes the tables of what is known (keys, words, powers of ten) and a body into its memory, calls
 * `scan`, and reads of each field what was found. Nothing is allocated, and nothing else is ever called.
 */

/** Fields there is room for. */
export const MAX_FIELDS: i32 = 32;
/** Bytes of the longest key, with its quotes. */
export const KEY_BYTES: i32 = 48;
/** Words that are remembered of each field. */
export const PLACES_OF_A_FIELD: i32 = 256;
/** Bytes of the longest word that is, with the quote that ends it. */
export const WORD_BYTES: i32 = 24;
/** Bytes of the longest body there is room for. */
export const MAX_BODY_BYTES: i32 = 65_536;
/** A whole number of so many digits is exact in a double, and so is this power of ten: their quotient is rounded once. */
export const EXACT_DIGITS: i32 = 15;

/** What was found of a field, where it is not the place of a word that is known: null, or nothing. */
export const ABSENT: i32 = -1;
/** A number. */
export const NUMBER: i32 = -2;
/** A text in a field whose texts nobody asks for. */
export const TEXT: i32 = -3;
/** A text that is not known. */
export const NEW_WORD: i32 = -4;

/** Behind a body there are so many zeros, so that no look at eight bytes finds what was there before. */
const MARGIN: i32 = 64;
/** What a comparison of eight bytes at a time may look at beyond a key or word lies within the same row. */
const WORD_ROW: i32 = 32;

/** [MAX_FIELDS, KEY_BYTES] bytes: of each field its key, with its quotes. */
export const keys: usize = memory.data(MAX_FIELDS * KEY_BYTES, 16);
/** [MAX_FIELDS] i32: bytes of the keys. */
export const keyLengths: usize = memory.data(MAX_FIELDS * 4, 16);
/** [MAX_FIELDS] i32: not 0 where a field's texts are wanted. */
export const wanted: usize = memory.data(MAX_FIELDS * 4, 16);
/** [MAX_FIELDS, PLACES_OF_A_FIELD, WORD_ROW] bytes: the words, with the quote that ends each. */
export const words: usize = memory.data(MAX_FIELDS * PLACES_OF_A_FIELD * WORD_ROW, 16);
/** [MAX_FIELDS, PLACES_OF_A_FIELD] i32: bytes of the words, 0 where there is none. */
export const wordLengths: usize = memory.data(MAX_FIELDS * PLACES_OF_A_FIELD * 4, 16);
/** [EXACT_DIGITS + 1] f64, from ten to the power of 0. */
export const powersOfTen: usize = memory.data((EXACT_DIGITS + 1) * 8, 16);
/** [MAX_BODY_BYTES] bytes, and behind them room for zeros. */
export const body: usize = memory.data(MAX_BODY_BYTES + MARGIN, 16);
/** [MAX_FIELDS] i32: what was found of each field. */
export const found: usize = memory.data(MAX_FIELDS * 4, 16);
/** [MAX_FIELDS] f64: where a number was found, which. */
export const numbers: usize = memory.data(MAX_FIELDS * 8, 16);
/** [MAX_FIELDS] i32: where a text was found that is not known, the byte of the body at which it begins. */
export const starts: usize = memory.data(MAX_FIELDS * 4, 16);
/** [MAX_FIELDS] i32: the byte behind the quote that ends it. */
export const ends: usize = memory.data(MAX_FIELDS * 4, 16);

const QUOTE: u32 = 0x22;
const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const DOT: u32 = 0x2e;
const ZERO: u32 = 0x30;
const COLON: u32 = 0x3a;
const BACKSLASH: u32 = 0x5c;
const OPEN: u32 = 0x7b;
const CLOSE: u32 = 0x7d;
const LOWER_N: u32 = 0x6e;
const LOWER_E: u32 = 0x65;
/** Makes of an upper-case letter a lower-case one. */
const LOWER: u32 = 0x20;
const TAB: u32 = 0x09;
const LINE_FEED: u32 = 0x0a;
const RETURN: u32 = 0x0d;
const SPACE: u32 = 0x20;
const DELETE: u32 = 0x7f;
/** `null`, its first letter lowest. */
const NULL: u32 = 0x6c_6c_75_6e;

const NOT_READ: usize = 0;

/**
 * Reads the order that begins at byte `start` of the body.
 * @param end bytes of the body that there are
 * @param fields how many there are
 * @returns the byte behind it and what white space follows, or 0 where it is for JSON.parse; of what was found nothing
 *   is to be used then
 */
export function scan(start: i32, end: i32, fields: i32): i32 {
  memory.fill(body + end, 0, MARGIN);
  memory.fill(found, ABSENT as u8, fields * 4);
  let at = skipSpace(body + start);
  if (load<u8>(at) !== OPEN) return 0;
  let field = -1;
  do {
    at = skipSpace(at + 1);
    field = fieldAt(at, field + 1, fields);
    if (field === fields) return 0;
    at = skipSpace(at + load<i32>(keyLengths + field * 4));
    if (load<u8>(at) !== COLON) return 0;
    at = readValue(skipSpace(at + 1), field);
    if (at === NOT_READ) return 0;
    at = skipSpace(at);
  } while (load<u8>(at) === COMMA);
  return load<u8>(at) === CLOSE ? ((skipSpace(at + 1) - body) as i32) : 0;
}

/** The field whose key is at `at`, or `fields`; most orders have them in one sequence, so that `expected` is tried first. */
function fieldAt(at: usize, expected: i32, fields: i32): i32 {
  if (expected < fields && isKeyAt(at, expected)) return expected;
  let field = 0;
  while (field < fields && !isKeyAt(at, field)) field += 1;
  return field;
}

function isKeyAt(at: usize, field: i32): bool {
  return isSame(at, keys + field * KEY_BYTES, load<i32>(keyLengths + field * 4));
}

/** Reads the value at `at` into `field`; gives where it ends. */
function readValue(at: usize, field: i32): usize {
  const byte = load<u8>(at);
  if (byte === QUOTE) return readText(at + 1, field);
  if (byte !== LOWER_N) return readNumber(at, field);
  store<i32>(found + field * 4, ABSENT);
  return load<u32>(at) === NULL ? at + 4 : NOT_READ;
}

function readText(start: usize, field: i32): usize {
  if (load<i32>(wanted + field * 4) === 0) {
    store<i32>(found + field * 4, TEXT);
    return endOfText(start);
  }
  const place = placeOf(start, field);
  const known = load<i32>(wordLengths + place * 4);
  if (known > 0 && isSame(start, words + place * WORD_ROW, known)) {
    store<i32>(found + field * 4, place);
    return start + known;
  }
  const end = endOfText(start);
  store<i32>(found + field * 4, NEW_WORD);
  store<i32>(starts + field * 4, (start - body) as i32);
  store<i32>(ends + field * 4, (end - body) as i32);
  return end;
}

/** Remembers the text that was found new in that field, if it is short enough; gives its place, or -1. */
export function remember(field: i32): i32 {
  const start = load<i32>(starts + field * 4);
  const length = load<i32>(ends + field * 4) - start;
  if (length > WORD_BYTES) return -1;
  const place = placeOf(body + start, field);
  memory.copy(words + place * WORD_ROW, body + start, length);
  store<i32>(wordLengths + place * 4, length);
  return place;
}

/** Where a text of that field is remembered: its first letters tell words, days and times apart, mostly. */
function placeOf(start: usize, field: i32): i32 {
  const begin = (load<u8>(start) as i32) * 31 + load<u8>(start + 1);
  const later = (load<u8>(start + 3) as i32) * 31 + load<u8>(start + 4);
  return field * PLACES_OF_A_FIELD + ((begin * 7 + later) & (PLACES_OF_A_FIELD - 1));
}

/** Where the text that begins at `start` is over, behind its quote. */
function endOfText(start: usize): usize {
  let end = start;
  let byte: u32 = load<u8>(end);
  while (byte !== QUOTE) {
    // The zeros behind the body are no letters, and end the text too.
    if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return NOT_READ;
    end += 1;
    byte = load<u8>(end);
  }
  return end + 1;
}

function readNumber(start: usize, field: i32): usize {
  const isNegative = load<u8>(start) === MINUS;
  const first = isNegative ? start + 1 : start;
  let digits: u64 = 0;
  let at = first;
  let digit = (load<u8>(at) as u32) - ZERO;
  while (digit <= 9) {
    digits = digits * 10 + digit;
    at += 1;
    digit = (load<u8>(at) as u32) - ZERO;
  }
  const whole = at - first;
  if (whole === 0 || (whole > 1 && load<u8>(first) === ZERO)) return NOT_READ;
  let fraction: usize = 0;
  if (load<u8>(at) === DOT) {
    const point = at;
    at += 1;
    digit = (load<u8>(at) as u32) - ZERO;
    while (digit <= 9) {
      digits = digits * 10 + digit;
      at += 1;
      digit = (load<u8>(at) as u32) - ZERO;
    }
    fraction = at - point - 1;
    if (fraction === 0) return NOT_READ;
  }
  // More digits may have gone over the end of 64 bits, and are not used.
  if (((whole + fraction) as i32) > EXACT_DIGITS || (load<u8>(at) | LOWER) === LOWER_E) return NOT_READ;
  const value = (digits as f64) / load<f64>(powersOfTen + fraction * 8);
  store<f64>(numbers + field * 8, isNegative ? -value : value);
  store<i32>(found + field * 4, NUMBER);
  return at;
}

function skipSpace(from: usize): usize {
  let at = from;
  let byte: u32 = load<u8>(at);
  while (byte <= SPACE && (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB)) {
    at += 1;
    byte = load<u8>(at);
  }
  return at;
}

/** Whether `length` bytes are the same, eight at a time. */
function isSame(at: usize, other: usize, length: i32): bool {
  let done = 0;
  while (done + 8 <= length) {
    if (load<u64>(at + done) !== load<u64>(other + done)) return false;
    done += 8;
  }
  // Of the last eight, those beyond `length` stand highest and are shifted out; of 64 places none would be.
  const beyond: u64 = (8 - (length - done)) * 8;
  return done === length || load<u64>(at + done) << beyond === load<u64>(other + done) << beyond;
}
