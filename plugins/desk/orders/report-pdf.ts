import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { Printed, PrintedSection, PrintedTable } from './printed.js';

type Maker = typeof import('pdfmake');
let maker: Promise<Maker> | null = null;
const thin = {
  hLineWidth: (line: number) => (line === 0 ? 0 : 0.5),
  vLineWidth: () => 0,
  hLineColor: () => '#c8d0d0',
  paddingLeft: () => 0,
  paddingRight: () => 8,
};
const gray = '#4a5958';

/** The package that sets PDFs takes a second to load: only when the first one is asked for. Its fonts have the letters of all our languages. */
function load(): Promise<Maker> {
  maker ??= import('pdfmake').then((module) => {
    const pdf = (module as unknown as { default: Maker }).default;
    const folder = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto');
    const font = (style: string) => join(folder, `Roboto-${style}.ttf`);
    pdf.setFonts({ Roboto: { normal: font('Regular'), bold: font('Medium'), italics: font('Italic'), bolditalics: font('MediumItalic') } });
    // Texts of people are set; nothing that they name is fetched or read.
    pdf.setLocalAccessPolicy((path) => path.startsWith(folder));
    pdf.setUrlAccessPolicy(() => false);
    return pdf;
  });
  return maker;
}

/** A paper on A4 pages. `art`: pictures as data addresses. */
export async function pdfOf(printed: Printed, art: { logo: string | null; signature: string | null }): Promise<Buffer> {
  const pdf = await load();
  return pdf.createPdf(definition(printed, art)).getBuffer();
}

function definition(printed: Printed, art: { logo: string | null; signature: string | null }): TDocumentDefinitions {
  const { company } = printed;
  return {
    pageSize: 'A4',
    pageMargins: [48, 48, 48, 56],
    info: { title: printed.title, author: company.name, creationDate: printed.at },
    language: printed.language,
    defaultStyle: { font: 'Roboto', fontSize: 10, lineHeight: 1.25 },
    styles: { h1: { fontSize: 18, bold: true }, h2: { fontSize: 12, bold: true, margin: [0, 16, 0, 4] }, meta: { color: gray, fontSize: 9 } },
    footer: (page, pages) => ({
      columns: [
        { text: printed.footer, style: 'meta' },
        { text: `${page} / ${pages}`, style: 'meta', alignment: 'right' },
      ],
      margin: [48, 16, 48, 0],
    }),
    content: [
      {
        columns: [
          art.logo ? { image: art.logo, fit: [140, 48] } : { text: company.name, bold: true, fontSize: 13 },
          { stack: [...(art.logo ? [company.name] : []), ...company.lines], style: 'meta', alignment: 'right' },
        ],
        margin: [0, 0, 0, 24],
      },
      { text: printed.title, style: 'h1' },
      { text: printed.subtitle, color: gray, margin: [0, 2, 0, 12] },
      {
        layout: 'noBorders',
        table: { widths: [110, '*'], body: printed.facts.map(({ label, value }) => [{ text: label, color: gray }, { text: value }]) },
      },
      ...printed.sections.flatMap(sectionOf),
      ...(printed.signature ? [signatureOf(printed.signature, art.signature)] : []),
    ],
  };
}

function sectionOf({ heading, text, checks, tables = [] }: PrintedSection): Content[] {
  return [
    { text: heading, style: 'h2', headlineLevel: 1 },
    ...(text === undefined ? [] : [{ text }]),
    ...(checks
      ? [
          {
            layout: 'noBorders',
            table: {
              widths: [14, '*', 'auto'],
              body: checks.map((check) => [{ svg: boxOf(check.done), width: 10 }, { text: check.text }, { text: check.note, style: 'meta' }]),
            },
          },
        ]
      : []),
    ...tables.map(tableOf),
  ];
}

const boxOf = (done: boolean): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="2" fill="none" stroke="#4a5958" stroke-width="1.5"/>${done ? '<path d="M4 8.5 7 11.5 12 5" fill="none" stroke="#0b6e68" stroke-width="2"/>' : ''}</svg>`;

function tableOf({ head, rows, sums }: PrintedTable): Content {
  const widths = head.map(({ number }) => (number ? 'auto' : '*'));
  const cells = (texts: readonly string[], more: object = {}) =>
    texts.map((text, index) => ({ text, ...(head[index]?.number ? { alignment: 'right' as const } : {}), ...more }));
  const last = head.length - 1;
  return {
    margin: [0, 2, 0, 6],
    stack: [
      {
        layout: thin,
        table: {
          headerRows: 1,
          dontBreakRows: true,
          widths,
          body: [
            cells(
              head.map(({ text }) => text),
              { style: 'meta', bold: true },
            ),
            ...rows.map((row) => cells(row)),
          ],
        },
      },
      ...(sums.length > 0 ? [sumsOf(sums, last > 0)] : []),
    ],
  };
}

function sumsOf(sums: PrintedTable['sums'], aligned: boolean): Content {
  return {
    layout: 'noBorders',
    margin: [0, 4, 0, 0],
    table: {
      widths: ['*', 'auto'],
      body: sums.map(({ label, amount, total }) => [
        { text: label, alignment: 'right', bold: total },
        { text: amount, alignment: 'right', bold: total, margin: [8, 0, aligned ? 8 : 0, 0] },
      ]),
    },
  };
}

function signatureOf({ heading, text }: NonNullable<Printed['signature']>, drawing: string | null): Content {
  return {
    stack: [{ text: heading, style: 'h2' }, ...(drawing ? [{ image: drawing, fit: [220, 90] as [number, number] }] : []), { text, style: 'meta' }],
    unbreakable: true,
  };
}
