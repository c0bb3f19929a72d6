import type { Sample } from './types.js';

export const sk: Sample = {
  language: 'sk',
  country: 'SK',
  timeZone: 'Europe/Bratislava',
  phone: '+421 2 5555 01',
  technician: 'Marek Kováč',
  customers: [
    { name: 'Hotel Tatranská perla s.r.o.', domain: 'tatranskaperla.example', street: 'Starý Smokovec 21', postal: '062 01', city: 'Vysoké Tatry' },
    { name: 'Pekáreň Zlatý klas s.r.o.', domain: 'zlatyklas.example', street: 'Mlynská 14', postal: '040 01', city: 'Košice' },
    { name: 'Obchodné centrum Dunaj a.s.', domain: 'ocdunaj.example', street: 'Pribinova 8', postal: '811 09', city: 'Bratislava' },
    { name: 'Spoločenstvo vlastníkov Javorová', domain: 'svb-javorova.example', street: 'Javorová 5', postal: '010 07', city: 'Žilina' },
    { person: ['Zuzana', 'Horváthová'], name: 'Zuzana Horváthová', domain: 'horvathova.example', street: 'Lipová 9', postal: '949 01', city: 'Nitra' },
    { person: ['Ján', 'Šimko'], name: 'Ján Šimko', domain: 'simko.example', street: 'Záhradná 33', postal: '080 01', city: 'Prešov' },
  ],
  people: [
    'Peter Novák',
    'Jana Tóthová',
    'Martin Varga',
    'Katarína Balážová',
    'Tomáš Molnár',
    'Lucia Krajčírová',
    'Michal Hudák',
    'Eva Lukáčová',
    'Andrej Polák',
    'Mária Kučerová',
  ],
  kinds: [
    {
      category: 'výťah',
      names: ['Výťah A', 'Výťah B', 'Nákladný výťah', 'Osobný výťah vestibul'],
      faults: [
        {
          title: 'Výťah zastavuje medzi poschodiami',
          text: 'Výťah dnes dvakrát zastal medzi 2. a 3. poschodím. Nikto v ňom nezostal, ale rozbehne sa až na viac pokusov.',
          work: 'Dverový kontakt na 3. poschodí mal prerušovaný spoj. Kontakt vymenený, dvere nastavené, všetky poschodia odskúšané.',
        },
        {
          title: 'Hluk zo strojovne výťahu',
          text: 'Pri jazde nahor sa zo strojovne ozýva hlasné pískanie. Za posledný týždeň sa to zhoršilo.',
          work: 'Premazané vodiace koľajnice a vymenená opotrebovaná vodiaca čeľusť. Hluk zmizol.',
        },
      ],
    },
    {
      category: 'brána',
      names: ['Garážová brána sever', 'Nakladacia brána 2', 'Vchodové dvere', 'Rýchlobežná brána sklad'],
      faults: [
        {
          title: 'Garážová brána sa nedovrie',
          text: 'Brána zíde asi 20 cm nad zem a potom sa vráti hore. Garáž nevieme zamknúť.',
          work: 'Fotobunka bola znečistená a vychýlená. Vyčistená, nastavená a desaťkrát odskúšaná.',
        },
        {
          title: 'Automatické dvere nereagujú',
          text: 'Automatické dvere sa už po stlačení tlačidla neotvoria. Návštevníci na vozíku sa nedostanú dnu.',
          work: 'Vymenené chybné tlačidlo, čas otvorenia nastavený na desať sekúnd.',
        },
      ],
    },
    {
      category: 'čerpadlo',
      names: ['Čerpacia stanica', 'Kalové čerpadlo suterén', 'Obehové čerpadlo'],
      faults: [
        {
          title: 'Alarm na čerpacej stanici',
          text: 'Svieti červená kontrolka a voda v šachte je vyššie než obvykle. Prosíme o návštevu ešte dnes.',
          work: 'Obežné koleso zbavené handier, plavákové spínače skontrolované, alarm zrušený.',
        },
        {
          title: 'Čerpadlo je hlučné a tečie',
          text: 'Pod čerpadlom kvapká voda a je oveľa hlučnejšie ako predtým.',
          work: 'Vymenená upchávka hriadeľa a ložiská, vykonaná tlaková skúška, tesnosť v poriadku.',
        },
      ],
    },
    {
      category: 'vetranie',
      names: ['Vetranie 3. poschodie', 'Odsávanie kuchyne', 'Vzduchotechnika VZT 1'],
      faults: [
        {
          title: 'Zlý vzduch na treťom poschodí',
          text: 'Od pondelka na celom poschodí stojí vzduch. Viacerí kolegovia sa sťažujú na bolesti hlavy.',
          work: 'Prasknutý klinový remeň. Vymenený remeň a filtre, nameraný prietok 100 % projektovanej hodnoty.',
        },
        {
          title: 'Vetranie fúka studený vzduch',
          text: 'Z výustiek ide studený vzduch, hoci je zima. Zariadenie sme zatiaľ vypli.',
          work: 'Pohon ohrievača bol zaseknutý. Vymenený, protimrazová ochrana skontrolovaná.',
        },
      ],
    },
    {
      category: 'kúrenie',
      names: ['Odovzdávacia stanica', 'Tepelné čerpadlo', 'Kotolňa'],
      faults: [
        {
          title: 'Netečie teplá voda',
          text: 'Od rána nie je v celom dome teplá voda. Radiátory sú teplé.',
          work: 'Ventil teplej vody bol zatuhnutý. Rozhýbaný, pohon vymenený, nastavených 58 °C.',
        },
        {
          title: 'Tepelné čerpadlo hlási chybu E14',
          text: 'Tepelné čerpadlo sa každú noc zastaví a hlási E14. Reštart pomôže len na chvíľu.',
          work: 'Vonkajší snímač mal prerušený vodič. Snímač vymenený, softvér aktualizovaný.',
        },
      ],
    },
    {
      category: 'osvetlenie',
      names: ['Osvetlenie parkoviska', 'Núdzové osvetlenie', 'Osvetlenie schodiska'],
      faults: [
        {
          title: 'Polovica parkoviska nesvieti',
          text: 'Na severnej strane parkoviska nesvietia lampy. Večer sa tam ľudia necítia bezpečne.',
          work: 'Prúdový chránič vypadol pre vlhkosť v stožiari. Vysušené, utesnené, svorkovnica vymenená.',
        },
        {
          title: 'Ročná kontrola núdzového osvetlenia',
          text: 'Blíži sa ročná kontrola. Protokol potrebujeme do konca mesiaca.',
          work: 'Všetky svietidlá odskúšané, tri batérie vymenené, protokol vyhotovený a odoslaný.',
        },
      ],
    },
  ],
  devices: [
    { kind: 'printer', name: 'Tlačiareň recepcia', manufacturer: 'Brother', model: 'HL-L6410DN', location: 'Recepcia' },
    {
      kind: 'printer',
      name: 'Kancelárska tlačiareň 1. poschodie',
      manufacturer: 'Kyocera',
      model: 'ECOSYS M3145dn',
      location: '1. poschodie, kopírovacia miestnosť',
    },
    {
      kind: 'computer',
      name: 'Pracovisko recepcia',
      manufacturer: 'Dell',
      model: 'OptiPlex 7020',
      location: 'Recepcia',
      software: ['Windows 11 Pro', 'LibreOffice 24.8', 'Firefox ESR'],
    },
    {
      kind: 'computer',
      name: 'Pracovisko účtovníctvo',
      manufacturer: 'Lenovo',
      model: 'ThinkCentre M70q',
      location: 'Kancelária 2',
      software: ['Windows 11 Pro', 'LibreOffice 24.8'],
    },
    { kind: 'server', name: 'Súborový server', manufacturer: 'HPE', model: 'ProLiant ML30', location: 'Serverovňa', software: ['Debian 12', 'Samba 4.17'] },
    { kind: 'network', name: 'Prepínač prízemie', manufacturer: 'Zyxel', model: 'GS1920-24', location: 'Rozvádzač' },
    { kind: 'phone', name: 'Telefón na pulte', manufacturer: 'Snom', model: 'D785', location: 'Pult' },
    { kind: 'heating', name: 'Riadiaca jednotka', manufacturer: 'Siemens', model: 'RVL480', location: 'Technická miestnosť' },
    { kind: 'cooling', name: 'Chladiaca jednotka', manufacturer: 'Bitzer', model: 'LH44E', location: 'Suterén' },
    { kind: 'door', name: 'Pohon vstupných dverí', manufacturer: 'Dorma', model: 'ED 100', location: 'Hlavný vchod' },
  ],
  projects: ['Obnova riadiaceho systému', 'Núdzové osvetlenie druhá etapa', 'Nové tlačiarne', 'Ročná údržba'],
  articles: [
    { article: 'T-100', text: 'Práca technika', unit: 'h', purchase: 4200, sales: 7800 },
    { article: 'T-110', text: 'Výjazd', unit: 'ks', purchase: 1500, sales: 4500 },
    { article: 'E-2041', text: 'Riadiaca doska', unit: 'ks', purchase: 18450, sales: 27900 },
    { article: 'E-3310', text: 'Snímač', unit: 'ks', purchase: 3980, sales: 6900 },
    { article: 'K-0215', text: 'Kábel', unit: 'm', purchase: 95, sales: 210 },
    { article: 'M-0001', text: 'Drobný materiál', unit: 'ks', purchase: 800, sales: 1500 },
  ],
  checklist: { name: 'Ročná údržba', points: ['Skontrolovať bezpečnostné funkcie', 'Vyčistiť a premazať', 'Skúšobná prevádzka', 'Informovať kontaktnú osobu'] },
  reasons: ['Zariadenie nie je súčasťou vašej zmluvy. Radi vám pripravíme ponuku.', 'Porucha je už nahlásená a čoskoro ju odstránime.'],
  messages: {
    customer: ['Kedy môžeme čakať technika?', 'Kľúč má správca na prízemí.', 'Ďakujeme, všetko už funguje!'],
    staff: ['Náhradný diel je objednaný, čakáme ho vo štvrtok.', 'Prídeme zajtra dopoludnia.', 'Dajte nám vedieť, ak sa porucha zopakuje.'],
    internal: ['Zobrať dlhý rebrík.', 'Zákazník chce cenu pred výmenou väčších dielov.'],
  },
};
