import type { Sample } from './types.js';

/** One line of a conversation. `{who}` in a note is the first name of a colleague. */
interface Line {
  by: 'customer' | 'staff' | 'note';
  text: string;
}
/** A request that has gone on for a while. */
export interface Talk {
  type: 'fault' | 'question' | 'supplies' | 'internal';
  status: 'new' | 'accepted' | 'waiting' | 'solved';
  priority: number;
  importance: number;
  origin: 'portal' | 'mail' | 'staff';
  tags: readonly string[];
  subject: string;
  text: string;
  lines: readonly Line[];
}

const customer = (text: string): Line => ({ by: 'customer', text });
const staff = (text: string): Line => ({ by: 'staff', text });
const note = (text: string): Line => ({ by: 'note', text });

/** What the stories have in common in every language. */
const frames = {
  toner: { type: 'fault', status: 'accepted', priority: 1, importance: 2, origin: 'portal', tags: ['toner', 'on-site'] },
  invoice: { type: 'question', status: 'new', priority: 3, importance: 3, origin: 'mail', tags: ['portal'] },
  till: { type: 'fault', status: 'waiting', priority: 2, importance: 1, origin: 'mail', tags: ['remote'] },
  supplies: { type: 'supplies', status: 'solved', priority: 4, importance: 4, origin: 'portal', tags: ['toner'] },
  stock: { type: 'internal', status: 'accepted', priority: 3, importance: 3, origin: 'staff', tags: ['van 3'] },
} as const;

/** The requests that show how people talk, by language. */
export const talks: Readonly<Record<Sample['language'], readonly Talk[]>> = {
  sv: [
    {
      ...frames.toner,
      subject: 'Skrivaren stannar efter två sidor',
      text: 'Hej! Sedan i morse stannar skrivaren i receptionen efter två sidor och visar ”Spilltonerbehållaren full”. Vi har många gästbrev att skriva ut före lunch.',
      lines: [
        note('Reservbehållare ligger i bil 3. @{who} är en kvart bort – kan du ta den?'),
        staff(
          'God morgon! Spilltonerbehållaren måste bytas. En tekniker kommer med en ny i dag mellan **9.30 och 10.00**. Skrivaren på plan 1 fungerar under tiden.',
        ),
        customer('Tack, vi skriver ut på plan 1 så länge.'),
      ],
    },
    {
      ...frames.invoice,
      subject: 'Fakturan för oktober saknas i portalen',
      text: 'Jag hittar fakturan för september men inte den för oktober. Kan ni lägga upp den?',
      lines: [],
    },
    {
      ...frames.till,
      subject: 'Kassan i butiken startar inte',
      text: 'Kassa 3 visar en svart skärm sedan uppdateringen i natt. Vi har stängt den kön.',
      lines: [
        staff('Vi vill gärna titta på distans. Kan ni starta om kassan och skriva vilket nummer som visas nere till höger?'),
        note('Samma uppdatering som förra veckan; återställ till 4.2 om den hänger sig.'),
      ],
    },
    {
      ...frames.supplies,
      subject: 'Toner till tre skrivare',
      text: 'Vi behöver svart toner till skrivarna på plan 2, 3 och 5.',
      lines: [staff('Tre kassetter skickades i dag och kommer i morgon.'), customer('De har kommit. Tack!')],
    },
    {
      ...frames.stock,
      subject: 'Fyll på reservdelar i bilarna',
      text: 'Före måndag: dörrkontakter, fotoceller och två spilltonerbehållare per bil.',
      lines: [note('@{who}, kan du kontrollera bil 3?')],
    },
  ],
  de: [
    {
      ...frames.toner,
      subject: 'Drucker bleibt nach zwei Seiten stehen',
      text: 'Guten Tag, seit heute früh bleibt der Drucker am Empfang nach zwei Seiten stehen und meldet „Resttonerbehälter voll“. Wir müssen vor Mittag noch viele Briefe drucken.',
      lines: [
        note('Ein Behälter liegt in Wagen 3. @{who} ist 15 Minuten entfernt – kannst du das übernehmen?'),
        staff(
          'Guten Morgen, der Resttonerbehälter muss getauscht werden. Ein Techniker bringt heute zwischen **9:30 und 10:00 Uhr** einen neuen. Der Drucker im ersten Stock geht inzwischen.',
        ),
        customer('Danke, wir drucken solange im ersten Stock.'),
      ],
    },
    {
      ...frames.invoice,
      subject: 'Rechnung 10231 fehlt im Kundenportal',
      text: 'Die Rechnung für Oktober sehe ich nicht. Können Sie sie bitte noch einstellen?',
      lines: [],
    },
    {
      ...frames.till,
      subject: 'Kasse 3 startet nicht mehr',
      text: 'Seit dem Update heute Nacht bleibt der Bildschirm schwarz. Diese Kasse ist geschlossen.',
      lines: [
        staff('Wir möchten uns das aus der Ferne ansehen. Können Sie die Kasse neu starten und uns die Nummer unten rechts nennen?'),
        note('Dasselbe Update wie letzte Woche; wenn es hängt, zurück auf 4.2.'),
      ],
    },
    {
      ...frames.supplies,
      subject: 'Toner für drei Drucker',
      text: 'Wir brauchen schwarzen Toner für die Drucker im 2., 3. und 5. Stock.',
      lines: [staff('Drei Kartuschen sind heute herausgegangen und kommen morgen an.'), customer('Alles angekommen, vielen Dank!')],
    },
    {
      ...frames.stock,
      subject: 'Ersatzteile in den Wagen auffüllen',
      text: 'Bis Montag: Türkontakte, Lichtschranken und je Wagen zwei Resttonerbehälter.',
      lines: [note('@{who}, siehst du in Wagen 3 nach?')],
    },
  ],
  nl: [
    {
      ...frames.toner,
      subject: 'Printer stopt na twee pagina’s',
      text: 'Goedemorgen, sinds vanochtend stopt de printer bij de receptie na twee pagina’s met “Tonerafvalbak vol”. We moeten voor de middag nog veel brieven printen.',
      lines: [
        note('Er ligt een bak in bus 3. @{who} is een kwartier weg – kun jij dit doen?'),
        staff(
          'Goedemorgen, de tonerafvalbak moet vervangen worden. Een monteur brengt vandaag tussen **9.30 en 10.00 uur** een nieuwe. De printer op de eerste verdieping werkt intussen.',
        ),
        customer('Dank u, we printen zolang op de eerste.'),
      ],
    },
    {
      ...frames.invoice,
      subject: 'Factuur van oktober staat niet in het portaal',
      text: 'Ik zie de factuur van september, maar niet die van oktober. Kunt u die plaatsen?',
      lines: [],
    },
    {
      ...frames.till,
      subject: 'Kassa 3 start niet op',
      text: 'Sinds de update van vannacht blijft het scherm zwart. We hebben deze kassa gesloten.',
      lines: [
        staff('We kijken graag op afstand mee. Kunt u de kassa opnieuw starten en doorgeven welk nummer rechtsonder staat?'),
        note('Dezelfde update als vorige week; als hij hangt, terug naar 4.2.'),
      ],
    },
    {
      ...frames.supplies,
      subject: 'Toner voor drie printers',
      text: 'We hebben zwarte toner nodig voor de printers op de 2e, 3e en 5e verdieping.',
      lines: [staff('Drie cartridges zijn vandaag verstuurd en komen morgen aan.'), customer('Alles is binnen, bedankt!')],
    },
    {
      ...frames.stock,
      subject: 'Onderdelen in de bussen aanvullen',
      text: 'Voor maandag: deurcontacten, fotocellen en twee tonerafvalbakken per bus.',
      lines: [note('@{who}, kijk jij bus 3 na?')],
    },
  ],
  sk: [
    {
      ...frames.toner,
      subject: 'Tlačiareň zastane po dvoch stranách',
      text: 'Dobrý deň, od rána tlačiareň na recepcii zastane po dvoch stranách a hlási „Odpadová nádobka je plná“. Do obeda musíme vytlačiť veľa listov.',
      lines: [
        note('Náhradná nádobka je v aute 3. @{who} je štvrťhodinu odtiaľ – vezmeš to?'),
        staff(
          'Dobré ráno, treba vymeniť odpadovú nádobku na toner. Technik prinesie novú dnes medzi **9.30 a 10.00**. Tlačiareň na prvom poschodí zatiaľ funguje.',
        ),
        customer('Ďakujeme, zatiaľ tlačíme na prvom poschodí.'),
      ],
    },
    { ...frames.invoice, subject: 'V portáli chýba faktúra za október', text: 'Faktúru za september vidím, októbrovú nie. Môžete ju doplniť?', lines: [] },
    {
      ...frames.till,
      subject: 'Vzdialený prístup na pokladňu č. 3',
      text: 'Po nočnej aktualizácii ostáva obrazovka čierna. Túto pokladňu sme zatvorili.',
      lines: [
        staff('Radi by sme sa pozreli na diaľku. Môžete pokladňu reštartovať a napísať číslo vpravo dole?'),
        note('Rovnaká aktualizácia ako minulý týždeň; ak zamrzne, vrátiť na 4.2.'),
      ],
    },
    {
      ...frames.supplies,
      subject: 'Toner do troch tlačiarní',
      text: 'Potrebujeme čierny toner do tlačiarní na 2., 3. a 5. poschodí.',
      lines: [staff('Tri kazety dnes odišli, zajtra ich máte.'), customer('Všetko prišlo, ďakujeme!')],
    },
    {
      ...frames.stock,
      subject: 'Doplniť náhradné diely do áut',
      text: 'Do pondelka: dverové kontakty, fotobunky a dve odpadové nádobky do každého auta.',
      lines: [note('@{who}, pozrieš sa do auta 3?')],
    },
  ],
  en: [
    {
      ...frames.toner,
      subject: 'Printer stops after two pages',
      text: 'Hi! Since this morning the printer at reception stops after two pages and shows “Waste toner full”. We have a lot of guest letters to print before noon.',
      lines: [
        note('Spare container is on van 3. @{who} is 15 minutes away – can you take it?'),
        staff(
          'Good morning, the waste toner box must be replaced. A technician brings a new one today between **09:30 and 10:00**. The printer on floor 1 works in the meantime.',
        ),
        customer('Thank you, we print on floor 1 until then.'),
      ],
    },
    {
      ...frames.invoice,
      subject: 'The invoice for October is missing in the portal',
      text: 'I can see the one for September, but not the one for October. Could you add it?',
      lines: [],
    },
    {
      ...frames.till,
      subject: 'Till 3 does not start',
      text: 'Since the update last night the screen stays black. We have closed this till.',
      lines: [
        staff('We would like to look at it remotely. Could you restart the till and tell us the number at the bottom right?'),
        note('The same update as last week; if it hangs, go back to 4.2.'),
      ],
    },
    {
      ...frames.supplies,
      subject: 'Toner for three printers',
      text: 'We need black toner for the printers on floors 2, 3 and 5.',
      lines: [staff('Three cartridges left today and arrive tomorrow.'), customer('They are all here. Thank you!')],
    },
    {
      ...frames.stock,
      subject: 'Fill up the spare parts in the vans',
      text: 'Before Monday: door contacts, light barriers and two waste toner boxes for each van.',
      lines: [note('@{who}, could you check van 3?')],
    },
  ],
};
