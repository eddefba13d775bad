/** Texts that are nearly right: cut, doubled, swapped, and with what stands out in their format put in. */
import fc from 'fast-check';

type Edit = (text: string) => string;

/**
 * `text` after a few edits.
 * @param words what the format has of characters and words that mean something in it
 */
export function mutated(text: fc.Arbitrary<string>, words: readonly string[]): fc.Arbitrary<string> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const length = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.integer({ min: 1, max: 200 }));
  const inserted = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 3 }).map((codes) => String.fromCharCode(...codes)),
    fc.tuple(fc.constantFrom(...words), fc.integer({ min: 2, max: 300 })).map(([word, times]) => word.repeat(times)),
  );
  const at = (text: string, share: number): number => Math.floor(share * text.length);
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    fc.tuple(place, inserted).map(([share, word]): Edit => {
      return (text) => text.slice(0, at(text, share)) + word + text.slice(at(text, share));
    }),
    fc.tuple(place, length).map(([share, count]): Edit => {
      return (text) => text.slice(0, at(text, share)) + text.slice(at(text, share) + count);
    }),
    fc.tuple(place, inserted).map(([share, word]): Edit => {
      return (text) => text.slice(0, at(text, share)) + word + text.slice(at(text, share) + word.length);
    }),
    fc.tuple(place, place, length).map(([from, to, count]): Edit => {
      return (text) => {
        const taken = text.slice(at(text, from), at(text, from) + count);
        return text.slice(0, at(text, to)) + taken + text.slice(at(text, to));
      };
    }),
    place.map(
      (share): Edit =>
        (text) =>
          text.slice(0, at(text, share)),
    ),
  );
  return fc
    .tuple(text, fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([start, edits]) => edits.reduce((result, change) => change(result), start));
}
