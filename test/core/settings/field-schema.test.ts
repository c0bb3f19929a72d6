import { expect } from 'chai';
import { checkField } from '../../../core/settings/field-schema.js';
import type { SettingDecl } from '../../../core/settings/types.js';
import { addCoreTexts, createTranslator } from '../../../core/views/translator.js';

const translator = createTranslator();
addCoreTexts(translator);

type Case = [decl: SettingDecl, good: [input: unknown, stored: unknown][], bad: [input: unknown, sentence: RegExp][]];
const text = { type: 'text', default: '' } as const;
const cases: Record<string, Case> = {
  text: [
    { ...text, maxLength: 10 },
    [
      ['  Åkes El ', 'Åkes El'],
      ['', ''],
      ['<b>x</b>', '<b>x</b>'],
    ],
    [
      ['x'.repeat(11), /11 characters.*shorten it to 10/],
      ['a\nb', /one line/],
      ['a\u0000', /one line/],
      [['a'], /not a value/],
      [{ a: 1 }, /not a value/],
      [7, /not a value/],
    ],
  ],
  'required text': [
    { ...text, required: true },
    [['x', 'x']],
    [
      ['', /fill this in/],
      ['   ', /fill this in/],
    ],
  ],
  email: [
    { ...text, format: 'email' },
    [
      ['info@åkes-el.se', 'info@åkes-el.se'],
      ['', ''],
    ],
    [
      ['info', /e-mail address, such as/],
      ['a@b', /e-mail address/],
      ['a@b.c\r\nBcc: x@y.z', /one line/],
      ['a b@c.de', /e-mail address/],
    ],
  ],
  url: [
    { ...text, format: 'url' },
    [['https://example.com/a?b=c', 'https://example.com/a?b=c']],
    [
      ['javascript:alert(1)', /web address/],
      ['example.com', /web address/],
      ['https://user:pw@example.com', /web address/],
      ['https://', /web address/],
    ],
  ],
  longtext: [
    { type: 'longtext', default: '', maxLength: 20 },
    [['one\r\ntwo', 'one\ntwo']],
    [
      ['x'.repeat(21), /21 characters/],
      ['a\u0007', /control characters/],
    ],
  ],
  number: [
    { type: 'number', default: 15, min: 0, max: 100, unit: '%' },
    [
      ['15', 15],
      ['12,5', 12.5],
      [7, 7],
      [' 0 ', 0],
    ],
    [
      ['101', /from 0 to 100 %\./],
      ['-1', /from 0 to 100 %/],
      ['ten', /from 0 to 100/],
      ['', /from 0 to 100/],
      ['1e3', /from 0/],
      [Number.NaN, /from 0/],
      [['1'], /from 0/],
    ],
  ],
  'number with a lower limit': [{ type: 'number', default: 1, min: 1, unit: 'kr' }, [['5', 5]], [['0', /at least 1 kr\./]]],
  'number with an upper limit': [{ type: 'number', default: 1, max: 9 }, [['-5', -5]], [['10', /at most 9\./]]],
  'number without limits': [{ type: 'number', default: 1 }, [['-5,25', -5.25]], [['x', /such as 12 or 12\.5/]]],
  port: [
    { type: 'port', default: 49_148 },
    [
      ['8080', 8080],
      [65_535, 65_535],
      ['1', 1],
    ],
    [
      ['0', /from 1 to 65535/],
      ['65536', /from 1 to 65535/],
      ['80.5', /from 1 to 65535/],
      ['http', /from 1 to 65535/],
    ],
  ],
  duration: [
    { type: 'duration', unit: 'minutes', default: 60, min: 1, max: 1440 },
    [['30', 30]],
    [
      ['0', /whole number of minutes from 1 to 1440/],
      ['1.5', /whole number of minutes/],
    ],
  ],
  switch: [
    { type: 'switch', default: false },
    [
      [true, true],
      [false, false],
    ],
    [
      ['yes', /not a value/],
      [1, /not a value/],
    ],
  ],
  choice: [
    { type: 'choice', options: ['a', 'b'], default: 'a' },
    [['b', 'b']],
    [
      ['c', /one of the options/],
      ['__proto__', /one of the options/],
      [['a'], /one of the options/],
    ],
  ],
  several: [
    { type: 'several', options: ['a', 'b', 'c'], default: [] },
    [
      [
        ['c', 'a', 'a'],
        ['a', 'c'],
      ],
      [[], []],
    ],
    [
      [['d'], /one of the options/],
      ['a', /not a value/],
    ],
  ],
  secret: [
    { type: 'secret', default: '' },
    [['päss wörd', 'päss wörd']],
    [
      ['x'.repeat(1001), /1001 characters/],
      [5, /not a value/],
    ],
  ],
  color: [
    { type: 'color', default: '#000000' },
    [['#0B6E68', '#0b6e68']],
    [
      ['red', /such as #0b6e68/],
      ['#fff', /such as/],
      ['#00000g', /such as/],
    ],
  ],
  addresses: [
    { type: 'addresses', default: [] },
    [
      [
        ['10.20.0.0/24', 'Info@Example.com', ' ::1 ', '2001:db8::/32', '10.20.0.0/24'],
        ['10.20.0.0/24', 'info@example.com', '::1', '2001:db8::/32'],
      ],
      [[], []],
    ],
    [
      [['10.20.0.0/33'], /prefix of “10\.20\.0\.0\/33” must be a number from 0 to 32, for example 10\.20\.0\.0\/24/],
      [['300.1.1.1'], /“300\.1\.1\.1” is not an address/],
      [['::1/129'], /from 0 to 128/],
      [['10.0.0.1/8/8'], /prefix/],
      ['10.0.0.1', /not a value/],
      [Array.from({ length: 201 }, (_, i) => `10.0.0.${i}`), /at most 200/],
    ],
  ],
  file: [{ type: 'file', accept: ['.png'], maxBytes: 1000, default: '' }, [['abc-123', 'abc-123']], [['../../etc/passwd', /not a value/]]],
};

describe('A declared field', () => {
  for (const [name, [decl, good, bad]] of Object.entries(cases)) {
    for (const [input, stored] of good) {
      it(`${name}: takes ${JSON.stringify(input)}`, () => {
        expect(checkField(decl, input)).to.deep.equal({ value: stored });
      });
    }
    for (const [input, sentence] of bad) {
      it(`${name}: refuses ${JSON.stringify(input).slice(0, 40)} with its own sentence`, () => {
        const result = checkField(decl, input);
        if (!('message' in result)) throw new Error(`accepted as ${JSON.stringify(result.value)}`);
        expect(translator.t('en', result.message.key, result.message.vars)).to.match(sentence);
        for (const language of translator.languages) expect(translator.has(language, result.message.key), `${language} ${result.message.key}`).to.equal(true);
      });
    }
  }

  it('takes a hostile long address within 100 ms', () => {
    const start = performance.now();
    checkField({ ...text, format: 'email', maxLength: 200 }, `a@${'a'.repeat(90)}${'-a'.repeat(50)}!`);
    checkField({ type: 'addresses', default: [] }, [`a@${'a.'.repeat(40_000)}`]);
    expect(performance.now() - start).to.be.lessThan(100);
  });
});
