import { expect } from 'chai';
import { createFormatter } from '../../../core/views/format.js';

const languages = ['en', 'sv', 'de', 'nl', 'sk'];

describe('money and quantities as people type them', () => {
  it('are read as each language writes them', () => {
    for (const language of languages) {
      const fmt = createFormatter(language, 'UTC');
      for (const minor of [0, 5, 99, 100, 12_550, 123_456, 1_234_567_89, -4_200]) {
        expect(fmt.parseMoney(fmt.amount(minor, 'EUR'), 'EUR'), `${language} ${fmt.amount(minor, 'EUR')}`).to.equal(minor);
        expect(fmt.parseMoney(fmt.money(minor, 'SEK'), 'SEK'), `${language} ${fmt.money(minor, 'SEK')}`).to.equal(minor);
      }
      for (const thousandths of [1, 250, 1000, 1500, 12_345_678]) expect(fmt.parseQuantity(fmt.quantity(thousandths)), language).to.equal(thousandths);
    }
  });

  it('take a point or a comma for the decimals wherever it cannot set groups', () => {
    const read = (language: string, text: string) => createFormatter(language, 'UTC').parseMoney(text, 'EUR');
    for (const language of languages)
      for (const text of ['12.50', '12,50', ' 12,5 ', '€ 12.50', '12,50 kr']) expect(read(language, text), `${language} ${text}`).to.equal(1250);
    expect([read('en', '1,234'), read('de', '1.234'), read('nl', '1.234')]).to.deep.equal([123_400, 123_400, 123_400]);
    expect([read('en', '1,234.5'), read('de', '1.234,5'), read('sv', '1 234,5'), read('sk', '1 234,5')]).to.deep.equal([123_450, 123_450, 123_450, 123_450]);
  });

  it('are refused rather than guessed', () => {
    const fmt = createFormatter('sv', 'UTC');
    for (const text of ['', 'abc', '1.234', '12,345', '1,2,3', '1.2.3,4', '--1', '1e5', '99999999999', '1 2x3'])
      expect(fmt.parseMoney(text, 'EUR'), text).to.equal(null);
    expect(fmt.parseQuantity('0,0001')).to.equal(null);
  });
});
