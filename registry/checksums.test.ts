import fc from 'fast-check';
import t from 'tap';
import { formatChecksums, parseChecksums } from './checksums.js';

fc.configureGlobal({ seed: 42 });

const hex = [...'0123456789abcdef'];
const sum = fc.array(fc.constantFrom(...hex), { minLength: 64, maxLength: 64 }).map((digits) => digits.join(''));
const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,30}$/);
const sums = fc.uniqueArray(fc.tuple(name, sum), { selector: ([key]) => key }).map((entries) => new Map(entries));

t.test('what is formatted is parsed back, whatever the files are called', async (t) => {
  fc.assert(
    fc.property(sums, (given) => {
      t.strictSame(new Map(parseChecksums(formatChecksums(given)) as Map<string, string>), given);
    }),
  );
});

t.test('the order of the files does not change the text', async () => {
  fc.assert(fc.property(sums, (given) => formatChecksums(given) === formatChecksums(new Map([...given].reverse()))));
});

t.test('no sums file names anything outside of its folder', async () => {
  const reaching = fc.oneof(
    fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}/${after}`),
    fc.constantFrom('.', '..', '../model.onnx', '/etc/passwd', '.hidden'),
  );
  fc.assert(fc.property(reaching, sum, (path, digits) => typeof parseChecksums(`${digits}  ${path}\n`) === 'string'));
});

t.test('what sha256sum would not write is refused with the number of the line', async (t) => {
  const good = `${'a'.repeat(64)}  model.onnx\n`;
  const faults = {
    'a last line that was cut off': [good.trimEnd(), 'its last line does not end'],
    'a sum that is too short': [`${good}${'a'.repeat(63)}  MLmodel\n`, 'line 2'],
    'a sum in capitals': [`${'A'.repeat(64)}  model.onnx\n`, 'line 1'],
    'one space': [`${'a'.repeat(64)} model.onnx\n`, 'line 1'],
    'an empty line': [`${good}\n`, 'line 2'],
    'line ends of Windows': [good.replace('\n', '\r\n'), 'line 1'],
    'a file listed twice': [`${good}${good}`, 'line 2 lists model.onnx again'],
  };
  for (const [fault, [text, expected]] of Object.entries(faults)) {
    t.match(parseChecksums(text ?? ''), expected, fault);
  }
  t.type(parseChecksums(good.replace('  ', ' *')), Map, 'the star that marks a binary file is taken');
});
