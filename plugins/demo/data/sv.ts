import type { Sample } from './types.js';

export const sv: Sample = {
  language: 'sv',
  country: 'SE',
  timeZone: 'Europe/Stockholm',
  phone: '+46 31 390 06',
  technician: 'Erik Lindqvist',
  customers: [
    { name: 'Hotell Skeppsbron AB', domain: 'skeppsbron.example', street: 'Skeppsbron 12', postal: '411 21', city: 'Göteborg' },
    { name: 'Bostadsrättsföreningen Linden', domain: 'brf-linden.example', street: 'Linnégatan 44', postal: '413 08', city: 'Göteborg' },
    { name: 'Åre Fjällmat AB', domain: 'fjallmat.example', street: 'Årevägen 81', postal: '837 52', city: 'Åre' },
    { name: 'Malmö Kontorshus AB', domain: 'kontorshus.example', street: 'Hans Michelsensgatan 9', postal: '211 20', city: 'Malmö' },
    { person: ['Ingrid', 'Sjöberg'], name: 'Ingrid Sjöberg', domain: 'sjoberg.example', street: 'Tallvägen 3', postal: '443 30', city: 'Lerum' },
    { person: ['Lars', 'Åkesson'], name: 'Lars Åkesson', domain: 'akesson.example', street: 'Strandvägen 17', postal: '261 61', city: 'Landskrona' },
  ],
  people: [
    'Anna Lundgren',
    'Peter Holm',
    'Maria Nyström',
    'Johan Björk',
    'Sara Engström',
    'Mikael Dahl',
    'Karin Wallin',
    'Oskar Berg',
    'Elin Hedlund',
    'Niklas Forsberg',
  ],
  kinds: [
    {
      category: 'hiss',
      names: ['Hiss A', 'Hiss B', 'Varuhiss', 'Personhiss entré'],
      faults: [
        {
          title: 'Hissen stannar mellan två plan',
          text: 'Hissen har stannat mellan plan 2 och 3 två gånger i dag. Ingen är kvar i den, men den startar först efter flera försök.',
          work: 'Dörrkontakten på plan 3 glappade. Bytte kontakten, justerade dörren och provkörde alla plan.',
        },
        {
          title: 'Oljud från hissmaskineriet',
          text: 'Det skriker från maskinrummet när hissen åker uppåt. Det har blivit värre den senaste veckan.',
          work: 'Smorde styrskenorna och bytte en sliten styrsko. Ljudet är borta.',
        },
      ],
    },
    {
      category: 'port',
      names: ['Garageport norr', 'Lastport 2', 'Entrédörr', 'Snabbport lager'],
      faults: [
        {
          title: 'Garageporten stänger inte helt',
          text: 'Porten går ner till ungefär 20 cm och vänder sedan upp igen. Vi kan inte låsa garaget.',
          work: 'Fotocellen var smutsig och snett monterad. Rengjorde, riktade in den och provkörde tio gånger.',
        },
        {
          title: 'Dörrautomatiken reagerar inte',
          text: 'Den automatiska dörren öppnar inte längre när man trycker på knappen. Rullstolsburna besökare kommer inte in.',
          work: 'Bytte den trasiga armbågskontakten och ställde in öppningstiden på tio sekunder.',
        },
      ],
    },
    {
      category: 'pump',
      names: ['Pumpstation', 'Dräneringspump källare', 'Cirkulationspump'],
      faults: [
        {
          title: 'Larm från pumpstationen',
          text: 'Larmlampan lyser rött och vattnet står högre än vanligt i brunnen. Vi ser gärna att någon kommer i dag.',
          work: 'Rensade pumphjulet från trasor, kontrollerade nivågivarna och återställde larmet.',
        },
        {
          title: 'Pumpen låter och läcker',
          text: 'Det droppar vatten under pumpen och den låter betydligt mer än förut.',
          work: 'Bytte axeltätning och lager. Provtryckte och kontrollerade att det är tätt.',
        },
      ],
    },
    {
      category: 'ventilation',
      names: ['Ventilation plan 3', 'Köksfläkt', 'Luftbehandling LA01'],
      faults: [
        {
          title: 'Dålig luft på tredje våningen',
          text: 'Luften står still på hela våningen sedan i måndags. Flera medarbetare klagar på huvudvärk.',
          work: 'Fläktremmen hade gått av. Bytte rem och filter och mätte flödet: 100 % av projekterat värde.',
        },
        {
          title: 'Ventilationen blåser kallt',
          text: 'Det kommer kall luft ur tilluftsdonen fast det är vinter. Vi har stängt av anläggningen så länge.',
          work: 'Ställdonet för värmebatteriet hade fastnat. Bytte det och kontrollerade frysskyddet.',
        },
      ],
    },
    {
      category: 'värme',
      names: ['Undercentral', 'Värmepump', 'Panncentral'],
      faults: [
        {
          title: 'Inget varmvatten',
          text: 'Sedan i morse finns det inget varmvatten i huset. Radiatorerna är varma.',
          work: 'Varmvattenventilen hade kärvat. Motionerade den, bytte ställdonet och ställde in 58 °C.',
        },
        {
          title: 'Värmepumpen visar felkod E14',
          text: 'Värmepumpen stannar varje natt och visar E14 i displayen. Omstart hjälper en stund.',
          work: 'Givaren för utetemperatur hade avbrott. Bytte den och uppdaterade programvaran.',
        },
      ],
    },
    {
      category: 'belysning',
      names: ['Belysning parkering', 'Nödbelysning', 'Trapphusbelysning'],
      faults: [
        {
          title: 'Halva parkeringen är mörk',
          text: 'Belysningen på den norra delen av parkeringen lyser inte. Det känns otryggt på kvällarna.',
          work: 'En jordfelsbrytare hade löst ut på grund av fukt i en stolpe. Torkade, tätade och bytte kopplingsplinten.',
        },
        {
          title: 'Årlig kontroll av nödbelysningen',
          text: 'Dags för den årliga kontrollen. Vi behöver protokollet senast i slutet av månaden.',
          work: 'Provade alla armaturer. Tre batterier bytta, protokollet är upprättat och skickat.',
        },
      ],
    },
  ],
  devices: [
    { kind: 'printer', name: 'Skrivare receptionen', manufacturer: 'Brother', model: 'HL-L6410DN', location: 'Receptionen' },
    { kind: 'printer', name: 'Kontorsskrivare plan 1', manufacturer: 'Kyocera', model: 'ECOSYS M3145dn', location: 'Plan 1, kopieringsrum' },
    {
      kind: 'computer',
      name: 'Arbetsplats receptionen',
      manufacturer: 'Dell',
      model: 'OptiPlex 7020',
      location: 'Receptionen',
      software: ['Windows 11 Pro', 'LibreOffice 24.8', 'Firefox ESR'],
    },
    {
      kind: 'computer',
      name: 'Arbetsplats ekonomi',
      manufacturer: 'Lenovo',
      model: 'ThinkCentre M70q',
      location: 'Kontor 2',
      software: ['Windows 11 Pro', 'LibreOffice 24.8'],
    },
    { kind: 'server', name: 'Filserver', manufacturer: 'HPE', model: 'ProLiant ML30', location: 'Serverrum', software: ['Debian 12', 'Samba 4.17'] },
    { kind: 'network', name: 'Switch bottenvåning', manufacturer: 'Zyxel', model: 'GS1920-24', location: 'Korskopplingsskåp' },
    { kind: 'phone', name: 'Telefon disken', manufacturer: 'Snom', model: 'D785', location: 'Disken' },
    { kind: 'heating', name: 'Styrenhet', manufacturer: 'Siemens', model: 'RVL480', location: 'Teknikrum' },
    { kind: 'cooling', name: 'Kylrumsaggregat', manufacturer: 'Bitzer', model: 'LH44E', location: 'Källaren' },
    { kind: 'door', name: 'Dörrautomatik entré', manufacturer: 'Dorma', model: 'ED 100', location: 'Huvudentrén' },
  ],
  projects: ['Förnyelse av styrsystemet', 'Nödbelysning etapp två', 'Nya skrivare', 'Årligt underhåll'],
  articles: [
    { article: 'T-100', text: 'Arbetstid tekniker', unit: 'tim', purchase: 4200, sales: 7800 },
    { article: 'T-110', text: 'Framkörning', unit: 'st', purchase: 1500, sales: 4500 },
    { article: 'E-2041', text: 'Styrkort', unit: 'st', purchase: 18450, sales: 27900 },
    { article: 'E-3310', text: 'Givare', unit: 'st', purchase: 3980, sales: 6900 },
    { article: 'K-0215', text: 'Kabel', unit: 'm', purchase: 95, sales: 210 },
    { article: 'M-0001', text: 'Förbrukningsmaterial', unit: 'st', purchase: 800, sales: 1500 },
  ],
  checklist: { name: 'Årlig service', points: ['Kontrollera säkerhetsfunktioner', 'Rengör och smörj', 'Provkör', 'Informera kontaktpersonen'] },
  reasons: ['Anläggningen ingår inte i ert avtal. Kontakta oss gärna för en offert.', 'Felet är redan anmält och åtgärdas inom kort.'],
  messages: {
    customer: ['När kan vi räkna med besök?', 'Portkoden är 4711, vaktmästaren vet besked.', 'Tack, nu fungerar det igen!'],
    staff: ['Reservdelen är beställd och väntas på torsdag.', 'Vi kommer i morgon förmiddag.', 'Hör av er om felet kommer tillbaka.'],
    internal: ['Ta med långa stegen.', 'Kunden vill ha pris innan större delar byts.'],
  },
};
