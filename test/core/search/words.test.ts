import { expect } from 'chai';
import { words } from '../../../core/database/search.js';
import { marked, snippet } from '../../../core/search/words.js';

const shown = (pieces: ReturnType<typeof marked>): string | null => pieces && pieces.map(({ text, mark }) => (mark ? `[${text}]` : text)).join('');

describe('words of a search', () => {
  it('are folded, distinct and cut', () => {
    expect(words('Åre Ångström', 'åre', 3, null, 'Łódź-straße')).to.deep.equal(['are', 'angstrom', '3', 'lodz', 'strasse']);
    expect(words('x'.repeat(90))).to.deep.equal(['x'.repeat(40)]);
  });

  it('are marked where they stand: whole, the last from its beginning, accents aside', () => {
    expect(shown(marked('The Printer in Malmö prints', words('printer malm')))).to.equal('The [Printer] in [Malmö] prints');
    expect(shown(marked('The printers', words('printer x')))).to.equal(null);
    expect(shown(marked('<b>A1</b>', words('a1')))).to.equal('<b>[A1]</b>');
  });

  it('are shown in a short piece of a long text, without half letters', () => {
    const text = `${'before '.repeat(100)}the fuser\n\nis broken ${'😀'.repeat(300)}`;
    const found = shown(snippet(text, words('fuser')))!;
    expect(found).to.match(/^… before .*the \[fuser\] is broken 😀+ …$/u);
    expect(found.length).to.be.lessThan(230);
    expect(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(found)).to.equal(false);
    expect(snippet(text, words('nothing'))).to.equal(null);
  });
});
