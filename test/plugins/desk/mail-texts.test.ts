import { expect } from 'chai';
import { foldQuotes } from '../../../plugins/desk/mail/fold.js';
import { parseMail } from '../../../plugins/desk/mail/parse.js';
import { htmlToText } from '../../../plugins/desk/mail/plain-text.js';

const lines = (...all: string[]): string => all.join('\n');

describe('texts of mails', () => {
  const answers: Record<string, string[]> = {
    'English, Gmail': ['It works now.', '', 'On Mon, 2 Nov 2026 at 10:12, Fjord Service <support@fjord.test> wrote:', '> Please try again.', '> Sara'],
    'Swedish, Apple Mail': ['Det fungerar nu.', '', '2 nov. 2026 kl. 10:12 skrev Fjord:', '> Prova igen.'],
    'German, wrapped': ['Es geht.', '', 'Am Montag, 2. November 2026 um 10:12 schrieb Fjord Service', '<support@fjord.test>:', '> Bitte noch einmal.'],
    'Dutch, Outlook': [
      'Het werkt.',
      '',
      '________________________________',
      'Van: Fjord <support@fjord.test>',
      'Verzonden: maandag 2 november 2026 10:12',
      'Aan: Anna',
      'Onderwerp: RE: Lift',
      '',
      'Probeer opnieuw.',
    ],
    'Slovak, forwarded head': ['Už to ide.', '', '-----Pôvodná správa-----', 'Od: Fjord', 'Skúste znova.'],
    'Outlook without a line': [
      'It works.',
      '',
      'From: Fjord <support@fjord.test>',
      'Sent: Monday, 2 November 2026 10:12',
      'To: Anna',
      'Subject: RE: Lift',
      '',
      'Please try again.',
    ],
    'a signature': ['It works.', '', '-- ', 'Anna Lindqvist', '+46 40 10 20 30'],
    'a phone': ['It works.', '', 'Sent from my iPhone'],
  };
  for (const [name, mail] of Object.entries(answers))
    it(`folds what is quoted and the signature: ${name}`, () => {
      const { text, folded } = foldQuotes(lines(...mail));
      expect(text).to.equal(mail[0]);
      expect(folded).to.equal(lines(...mail.slice(2)));
    });

  it('keeps answers between and below quotes, own sentences that look like quotes, and mails that are nothing else', () => {
    const between = lines('> Which lift?', 'The left one.', '> Since when?', 'Yesterday.');
    expect(foldQuotes(between)).to.deep.equal({ text: between, folded: null });
    const below = lines('On Mon, 2 Nov 2026, Fjord wrote:', '> Which lift?', '', 'The left one.');
    expect(foldQuotes(below)).to.deep.equal({ text: below, folded: null });
    const own = lines('On Monday I wrote:', 'the lift is broken.', 'From: floor two, to: floor three.');
    expect(foldQuotes(own)).to.deep.equal({ text: own, folded: null });
    const only = lines('> quoted', '> only');
    expect(foldQuotes(only)).to.deep.equal({ text: only, folded: null });
  });

  it('HTML-only mails become text: no script, style or trick stays, links and quotes do', () => {
    const html = `<html><head><style>p{color:red}</style><title>x</title></head><body><p>Hej &amp; hall&aring;,</p>
      <p>the <b>lift</b> is&nbsp;broken.<br>See <a href="https://a.test/p?x=1&amp;y=2">the picture</a> or <a href="javascript:alert(1)">this</a>.</p>
      <ul><li>one</li><li>two</li></ul><script>alert(1)</script><img src=x onerror=alert(1)>
      <blockquote>older <blockquote>oldest</blockquote></blockquote>a &lt; b</body></html>`;
    expect(htmlToText(html)).to.equal(
      lines(
        'Hej & hallå,',
        '',
        'the lift is broken.',
        'See the picture <https://a.test/p?x=1&y=2> or this.',
        '',
        '- one',
        '- two',
        '> older',
        '>> oldest',
        'a < b',
      ),
    );
    const deep = '<div>'.repeat(20_000) + 'x' + '<a href="'.repeat(20_000);
    const start = performance.now();
    htmlToText(deep);
    expect(performance.now() - start).to.be.lessThan(5_000);
  });

  const encoded: Record<string, [string, string]> = {
    'iso-8859-1, quoted-printable': [
      'Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable',
      'Hissen p=E5 v=E5ning tv=E5 st=E5r still.',
    ],
    'utf-8, base64': [
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64',
      Buffer.from('Der Aufzug hält nicht. Grüße').toString('base64'),
    ],
    'windows-1252, 8bit': ['Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: 8bit', '\u0093De lift\u0094 kost \u0080 50'],
    'iso-8859-2, quoted-printable': [
      'Content-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: quoted-printable',
      'V=FD=BBah nejde, pros=EDm o opravu =B9achty.',
    ],
    'utf-8, format=flowed': [
      'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\r\nContent-Transfer-Encoding: 8bit',
      Buffer.from('The lift \r\nis broken – again.').toString('latin1'),
    ],
  };
  const read: Record<string, string> = {
    'iso-8859-1, quoted-printable': 'Hissen på våning två står still.',
    'utf-8, base64': 'Der Aufzug hält nicht. Grüße',
    'windows-1252, 8bit': '“De lift” kost € 50',
    'iso-8859-2, quoted-printable': 'Výťah nejde, prosím o opravu šachty.',
    'utf-8, format=flowed': 'The lift is broken – again.',
  };
  for (const [name, [head, body]] of Object.entries(encoded))
    it(`reads ${name}`, async () => {
      const raw = `From: =?iso-8859-2?Q?J=E1n_=A9=EDp?= <Jan@Firma.TEST>\r\nSubject: =?utf-8?B?${Buffer.from('Výťah – hiss').toString('base64')}?=\r\n${head}\r\n\r\n${body}\r\n`;
      const mail = await parseMail(Buffer.from(raw, 'latin1'));
      expect(mail).to.include({ sender: 'jan@firma.test', senderName: 'Ján Šíp', subject: 'Výťah – hiss', text: read[name] });
    });

  it('sees what machines send, and takes nobody for two senders', async () => {
    const machine = async (head: string) => (await parseMail(Buffer.from(`From: a@b.test\r\n${head}\r\n\r\nx`))).machine;
    expect(await machine('Auto-Submitted: auto-replied')).to.equal('automatic');
    expect(await machine('Auto-Submitted: no')).to.equal(null);
    expect(await machine('X-Auto-Response-Suppress: All')).to.equal('automatic');
    expect(await machine('Precedence: bulk')).to.equal('list');
    expect(await machine('List-Id: <news.b.test>')).to.equal('list');
    expect(await machine('Return-Path: <>')).to.equal('bounce');
    expect(await machine('Return-Path: <a@b.test>')).to.equal(null);
    expect((await parseMail(Buffer.from('From: a@b.test, c@d.test\r\n\r\nx'))).sender).to.equal('');
    expect((await parseMail(Buffer.from('From: "a@b.test" <c@d.test>\r\n\r\nx'))).sender).to.equal('c@d.test');
  });
});
