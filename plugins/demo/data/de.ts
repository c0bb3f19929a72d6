import type { Sample } from './types.js';

export const de: Sample = {
  language: 'de',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  phone: '+49 30 23125 0',
  technician: 'Jonas Weber',
  customers: [
    { name: 'Bäckerei Sonnenschein GmbH', domain: 'sonnenschein.example', street: 'Torstraße 88', postal: '10119', city: 'Berlin' },
    { name: 'Seniorenresidenz Elbblick', domain: 'elbblick.example', street: 'Elbchaussee 210', postal: '22605', city: 'Hamburg' },
    { name: 'Maschinenbau Krüger KG', domain: 'krueger-maschinen.example', street: 'Industriestraße 5', postal: '04229', city: 'Leipzig' },
    { name: 'Wohnungsgenossenschaft Lindenhof eG', domain: 'lindenhof.example', street: 'Lindenallee 31', postal: '50968', city: 'Köln' },
    { person: ['Sabine', 'Hoffmann'], name: 'Sabine Hoffmann', domain: 'hoffmann.example', street: 'Gartenweg 7', postal: '14467', city: 'Potsdam' },
    { person: ['Jürgen', 'Groß'], name: 'Jürgen Groß', domain: 'gross.example', street: 'Am Deich 22', postal: '28217', city: 'Bremen' },
  ],
  people: [
    'Thomas Schäfer',
    'Claudia Neumann',
    'Stefan Vogel',
    'Birgit Köhler',
    'Markus Lehmann',
    'Anja Böhm',
    'Frank Schulze',
    'Katrin Meier',
    'Dirk Winter',
    'Petra Jäger',
  ],
  kinds: [
    {
      category: 'Aufzug',
      names: ['Aufzug A', 'Aufzug B', 'Lastenaufzug', 'Personenaufzug Foyer'],
      faults: [
        {
          title: 'Aufzug bleibt zwischen zwei Etagen stehen',
          text: 'Der Aufzug ist heute zweimal zwischen der 2. und 3. Etage stehen geblieben. Es ist niemand eingeschlossen, er fährt aber erst nach mehreren Versuchen weiter.',
          work: 'Türkontakt in der 3. Etage hatte einen Wackelkontakt. Kontakt getauscht, Tür eingestellt, alle Etagen angefahren.',
        },
        {
          title: 'Geräusche aus dem Maschinenraum',
          text: 'Beim Hochfahren quietscht es laut aus dem Maschinenraum. In der letzten Woche ist es schlimmer geworden.',
          work: 'Führungsschienen geschmiert und einen verschlissenen Führungsschuh ersetzt. Geräusch ist weg.',
        },
      ],
    },
    {
      category: 'Tor',
      names: ['Garagentor Nord', 'Ladetor 2', 'Eingangstür', 'Schnelllauftor Lager'],
      faults: [
        {
          title: 'Garagentor schließt nicht ganz',
          text: 'Das Tor fährt bis etwa 20 cm über den Boden und dann wieder hoch. Wir können die Garage nicht abschließen.',
          work: 'Lichtschranke war verschmutzt und verstellt. Gereinigt, ausgerichtet und zehnmal geprüft.',
        },
        {
          title: 'Automatiktür reagiert nicht',
          text: 'Die automatische Tür öffnet auf Knopfdruck nicht mehr. Besucher im Rollstuhl kommen nicht hinein.',
          work: 'Defekten Taster ersetzt und die Offenhaltezeit auf zehn Sekunden gestellt.',
        },
      ],
    },
    {
      category: 'Pumpe',
      names: ['Hebeanlage', 'Kellerpumpe', 'Umwälzpumpe'],
      faults: [
        {
          title: 'Alarm an der Hebeanlage',
          text: 'Die Alarmlampe leuchtet rot, das Wasser steht höher als sonst im Schacht. Bitte möglichst heute vorbeikommen.',
          work: 'Laufrad von Lappen befreit, Niveauschalter geprüft, Alarm zurückgesetzt.',
        },
        {
          title: 'Pumpe ist laut und undicht',
          text: 'Unter der Pumpe tropft Wasser, und sie ist deutlich lauter als früher.',
          work: 'Gleitringdichtung und Lager erneuert, abgedrückt und auf Dichtheit geprüft.',
        },
      ],
    },
    {
      category: 'Lüftung',
      names: ['Lüftung 3. OG', 'Küchenabluft', 'Lüftungsanlage RLT 1'],
      faults: [
        {
          title: 'Schlechte Luft im dritten Stock',
          text: 'Seit Montag steht die Luft auf der ganzen Etage. Mehrere Kollegen klagen über Kopfschmerzen.',
          work: 'Keilriemen war gerissen. Riemen und Filter getauscht, Volumenstrom gemessen: 100 % des Sollwerts.',
        },
        {
          title: 'Lüftung bläst kalte Luft',
          text: 'Aus den Zuluftgittern kommt kalte Luft, obwohl Winter ist. Wir haben die Anlage vorerst abgeschaltet.',
          work: 'Stellantrieb des Heizregisters saß fest. Getauscht und Frostschutz geprüft.',
        },
      ],
    },
    {
      category: 'Heizung',
      names: ['Übergabestation', 'Wärmepumpe', 'Heizzentrale'],
      faults: [
        {
          title: 'Kein Warmwasser',
          text: 'Seit heute früh gibt es im ganzen Haus kein warmes Wasser. Die Heizkörper sind warm.',
          work: 'Warmwasserventil war schwergängig. Gangbar gemacht, Antrieb getauscht, 58 °C eingestellt.',
        },
        {
          title: 'Wärmepumpe zeigt Fehler E14',
          text: 'Die Wärmepumpe bleibt jede Nacht stehen und zeigt E14. Ein Neustart hilft nur kurz.',
          work: 'Außenfühler hatte Unterbrechung. Fühler ersetzt und Software aktualisiert.',
        },
      ],
    },
    {
      category: 'Beleuchtung',
      names: ['Beleuchtung Parkplatz', 'Notbeleuchtung', 'Treppenhauslicht'],
      faults: [
        {
          title: 'Der halbe Parkplatz ist dunkel',
          text: 'Auf der Nordseite des Parkplatzes brennt kein Licht. Abends fühlen sich die Mieter unsicher.',
          work: 'FI-Schalter hatte wegen Feuchtigkeit in einem Mast ausgelöst. Getrocknet, abgedichtet, Klemme ersetzt.',
        },
        {
          title: 'Jährliche Prüfung der Notbeleuchtung',
          text: 'Die jährliche Prüfung steht an. Das Protokoll brauchen wir bis Monatsende.',
          work: 'Alle Leuchten geprüft, drei Akkus ersetzt, Protokoll erstellt und versandt.',
        },
      ],
    },
  ],
  devices: [
    { kind: 'printer', name: 'Drucker Empfang', manufacturer: 'Brother', model: 'HL-L6410DN', location: 'Empfang' },
    { kind: 'printer', name: 'Bürodrucker 1. Stock', manufacturer: 'Kyocera', model: 'ECOSYS M3145dn', location: '1. Stock, Kopierraum' },
    {
      kind: 'computer',
      name: 'Arbeitsplatz Empfang',
      manufacturer: 'Dell',
      model: 'OptiPlex 7020',
      location: 'Empfang',
      software: ['Windows 11 Pro', 'LibreOffice 24.8', 'Firefox ESR'],
    },
    {
      kind: 'computer',
      name: 'Arbeitsplatz Buchhaltung',
      manufacturer: 'Lenovo',
      model: 'ThinkCentre M70q',
      location: 'Büro 2',
      software: ['Windows 11 Pro', 'LibreOffice 24.8'],
    },
    { kind: 'server', name: 'Dateiserver', manufacturer: 'HPE', model: 'ProLiant ML30', location: 'Serverraum', software: ['Debian 12', 'Samba 4.17'] },
    { kind: 'network', name: 'Switch Erdgeschoss', manufacturer: 'Zyxel', model: 'GS1920-24', location: 'Verteilerschrank' },
    { kind: 'phone', name: 'Telefon Rezeption', manufacturer: 'Snom', model: 'D785', location: 'Rezeption' },
    { kind: 'heating', name: 'Steuergerät', manufacturer: 'Siemens', model: 'RVL480', location: 'Technikraum' },
    { kind: 'cooling', name: 'Kühlraumaggregat', manufacturer: 'Bitzer', model: 'LH44E', location: 'Keller' },
    { kind: 'door', name: 'Türantrieb Eingang', manufacturer: 'Dorma', model: 'ED 100', location: 'Haupteingang' },
  ],
  projects: ['Erneuerung der Steuerung', 'Notbeleuchtung zweiter Abschnitt', 'Neue Drucker', 'Jährliche Wartung'],
  articles: [
    { article: 'T-100', text: 'Arbeitszeit Techniker', unit: 'Std.', purchase: 4200, sales: 7800 },
    { article: 'T-110', text: 'Anfahrtspauschale', unit: 'Stk.', purchase: 1500, sales: 4500 },
    { article: 'E-2041', text: 'Steuerplatine', unit: 'Stk.', purchase: 18450, sales: 27900 },
    { article: 'E-3310', text: 'Fühler', unit: 'Stk.', purchase: 3980, sales: 6900 },
    { article: 'K-0215', text: 'Kabel', unit: 'm', purchase: 95, sales: 210 },
    { article: 'M-0001', text: 'Kleinmaterial', unit: 'Stk.', purchase: 800, sales: 1500 },
  ],
  checklist: { name: 'Jährliche Wartung', points: ['Sicherheitsfunktionen prüfen', 'Reinigen und schmieren', 'Probelauf', 'Kontaktperson informieren'] },
  reasons: ['Die Anlage ist nicht Teil Ihres Vertrags. Gern machen wir Ihnen ein Angebot.', 'Die Störung ist bereits gemeldet und wird in Kürze behoben.'],
  messages: {
    customer: ['Wann können wir mit Ihnen rechnen?', 'Der Hausmeister hat den Schlüssel, Klingel ganz links.', 'Vielen Dank, jetzt läuft alles wieder!'],
    staff: [
      'Das Ersatzteil ist bestellt und kommt voraussichtlich am Donnerstag.',
      'Wir kommen morgen Vormittag.',
      'Bitte melden Sie sich, falls der Fehler wieder auftritt.',
    ],
    internal: ['Lange Leiter mitnehmen.', 'Kunde möchte vor größeren Teilen einen Preis.'],
  },
};
