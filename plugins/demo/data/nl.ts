import type { Sample } from './types.js';

export const nl: Sample = {
  language: 'nl',
  country: 'NL',
  timeZone: 'Europe/Amsterdam',
  phone: '+31 20 555 01',
  technician: 'Sanne de Vries',
  customers: [
    { name: 'Bloemenveiling De Tulp B.V.', domain: 'detulp.example', street: 'Legmeerdijk 313', postal: '1431 GB', city: 'Aalsmeer' },
    { name: 'Hotel aan de Gracht', domain: 'aandegracht.example', street: 'Prinsengracht 402', postal: '1016 JC', city: 'Amsterdam' },
    { name: 'Havenbedrijf Maaszicht B.V.', domain: 'maaszicht.example', street: 'Waalhaven Z.z. 19', postal: '3089 JH', city: 'Rotterdam' },
    { name: 'VvE Parkzicht', domain: 'vve-parkzicht.example', street: 'Maliebaan 60', postal: '3581 CV', city: 'Utrecht' },
    {
      person: ['Marieke', 'van den Berg'],
      name: 'Marieke van den Berg',
      domain: 'vandenberg.example',
      street: 'Kerkstraat 14',
      postal: '2011 ND',
      city: 'Haarlem',
    },
    { person: ['Kees', 'Bakker'], name: 'Kees Bakker', domain: 'bakker.example', street: 'Dorpsweg 8', postal: '1777 HJ', city: 'Hippolytushoef' },
  ],
  people: [
    'Jan Visser',
    'Anouk Smit',
    'Pieter de Boer',
    'Femke Mulder',
    'Bram Dekker',
    'Lotte Vermeulen',
    'Ruud Hendriks',
    'Ilse Kuipers',
    'Daan Postma',
    'Willemijn Bos',
  ],
  kinds: [
    {
      category: 'lift',
      names: ['Lift A', 'Lift B', 'Goederenlift', 'Personenlift hal'],
      faults: [
        {
          title: 'Lift blijft tussen twee verdiepingen staan',
          text: 'De lift is vandaag twee keer blijven staan tussen verdieping 2 en 3. Er zit niemand in, maar hij start pas na meerdere pogingen.',
          work: 'Deurcontact op verdieping 3 maakte slecht contact. Contact vervangen, deur afgesteld en alle verdiepingen getest.',
        },
        {
          title: 'Lawaai uit de machinekamer',
          text: 'Bij het omhooggaan piept het hard vanuit de machinekamer. Het is de afgelopen week erger geworden.',
          work: 'Geleiderails gesmeerd en een versleten geleideschoen vervangen. Het geluid is weg.',
        },
      ],
    },
    {
      category: 'deur',
      names: ['Garagedeur noord', 'Laadperrondeur 2', 'Entreedeur', 'Snelloopdeur magazijn'],
      faults: [
        {
          title: 'Garagedeur sluit niet helemaal',
          text: 'De deur zakt tot ongeveer 20 cm boven de vloer en gaat dan weer omhoog. Wij kunnen de garage niet afsluiten.',
          work: 'Fotocel was vuil en ontregeld. Schoongemaakt, uitgelijnd en tien keer getest.',
        },
        {
          title: 'Automatische deur reageert niet',
          text: 'De automatische deur gaat niet meer open met de knop. Bezoekers in een rolstoel kunnen niet naar binnen.',
          work: 'Defecte drukknop vervangen en de openhoudtijd op tien seconden gezet.',
        },
      ],
    },
    {
      category: 'pomp',
      names: ['Pompstation', 'Kelderpomp', 'Circulatiepomp'],
      faults: [
        {
          title: 'Alarm van het pompstation',
          text: 'De alarmlamp brandt rood en het water in de put staat hoger dan normaal. Graag vandaag nog langskomen.',
          work: 'Waaier vrijgemaakt van doeken, niveauschakelaars gecontroleerd en het alarm hersteld.',
        },
        {
          title: 'Pomp maakt lawaai en lekt',
          text: 'Er druppelt water onder de pomp en hij maakt veel meer lawaai dan vroeger.',
          work: 'Asafdichting en lagers vernieuwd, afgeperst en op lekkage gecontroleerd.',
        },
      ],
    },
    {
      category: 'ventilatie',
      names: ['Ventilatie verdieping 3', 'Afzuiging keuken', 'Luchtbehandeling LBK 1'],
      faults: [
        {
          title: 'Slechte lucht op de derde verdieping',
          text: 'Sinds maandag staat de lucht stil op de hele verdieping. Meerdere collega’s klagen over hoofdpijn.',
          work: 'V-snaar was gebroken. Snaar en filters vervangen, luchthoeveelheid gemeten: 100 % van de ontwerpwaarde.',
        },
        {
          title: 'Ventilatie blaast koude lucht',
          text: 'Er komt koude lucht uit de roosters terwijl het winter is. Wij hebben de installatie voorlopig uitgezet.',
          work: 'Servomotor van de verwarmingsbatterij zat vast. Vervangen en de vorstbeveiliging getest.',
        },
      ],
    },
    {
      category: 'verwarming',
      names: ['Afleverstation', 'Warmtepomp', 'Ketelhuis'],
      faults: [
        {
          title: 'Geen warm water',
          text: 'Sinds vanochtend is er in het hele gebouw geen warm water. De radiatoren zijn wel warm.',
          work: 'Warmwaterklep liep zwaar. Losgemaakt, servomotor vervangen en op 58 °C ingesteld.',
        },
        {
          title: 'Warmtepomp geeft storing E14',
          text: 'De warmtepomp stopt elke nacht en toont E14. Opnieuw starten helpt maar even.',
          work: 'Buitenvoeler was onderbroken. Voeler vervangen en software bijgewerkt.',
        },
      ],
    },
    {
      category: 'verlichting',
      names: ['Verlichting parkeerterrein', 'Noodverlichting', 'Trappenhuisverlichting'],
      faults: [
        {
          title: 'Half parkeerterrein is donker',
          text: 'De verlichting aan de noordkant van het parkeerterrein doet het niet. ’s Avonds voelt het onveilig.',
          work: 'Aardlekschakelaar was uitgevallen door vocht in een mast. Gedroogd, afgedicht en de klem vervangen.',
        },
        {
          title: 'Jaarlijkse controle noodverlichting',
          text: 'De jaarlijkse controle moet weer. Wij hebben het rapport voor het einde van de maand nodig.',
          work: 'Alle armaturen getest, drie accu’s vervangen, rapport opgesteld en verstuurd.',
        },
      ],
    },
  ],
  devices: [
    { kind: 'printer', name: 'Printer receptie', manufacturer: 'Brother', model: 'HL-L6410DN', location: 'Receptie' },
    {
      kind: 'printer',
      name: 'Kantoorprinter eerste verdieping',
      manufacturer: 'Kyocera',
      model: 'ECOSYS M3145dn',
      location: 'Eerste verdieping, kopieerruimte',
    },
    {
      kind: 'computer',
      name: 'Werkplek receptie',
      manufacturer: 'Dell',
      model: 'OptiPlex 7020',
      location: 'Receptie',
      software: ['Windows 11 Pro', 'LibreOffice 24.8', 'Firefox ESR'],
    },
    {
      kind: 'computer',
      name: 'Werkplek administratie',
      manufacturer: 'Lenovo',
      model: 'ThinkCentre M70q',
      location: 'Kantoor 2',
      software: ['Windows 11 Pro', 'LibreOffice 24.8'],
    },
    { kind: 'server', name: 'Bestandsserver', manufacturer: 'HPE', model: 'ProLiant ML30', location: 'Serverruimte', software: ['Debian 12', 'Samba 4.17'] },
    { kind: 'network', name: 'Switch begane grond', manufacturer: 'Zyxel', model: 'GS1920-24', location: 'Patchkast' },
    { kind: 'phone', name: 'Telefoon balie', manufacturer: 'Snom', model: 'D785', location: 'Balie' },
    { kind: 'heating', name: 'Besturing', manufacturer: 'Siemens', model: 'RVL480', location: 'Technische ruimte' },
    { kind: 'cooling', name: 'Koelcel', manufacturer: 'Bitzer', model: 'LH44E', location: 'Kelder' },
    { kind: 'door', name: 'Deuraandrijving ingang', manufacturer: 'Dorma', model: 'ED 100', location: 'Hoofdingang' },
  ],
  projects: ['Vernieuwing van de besturing', 'Noodverlichting tweede fase', 'Nieuwe printers', 'Jaarlijks onderhoud'],
  articles: [
    { article: 'T-100', text: 'Arbeidstijd monteur', unit: 'uur', purchase: 4200, sales: 7800 },
    { article: 'T-110', text: 'Voorrijkosten', unit: 'st.', purchase: 1500, sales: 4500 },
    { article: 'E-2041', text: 'Besturingsprint', unit: 'st.', purchase: 18450, sales: 27900 },
    { article: 'E-3310', text: 'Sensor voor besturing', unit: 'st.', purchase: 3980, sales: 6900 },
    { article: 'K-0215', text: 'Kabel per meter', unit: 'm', purchase: 95, sales: 210 },
    { article: 'M-0001', text: 'Klein materiaal', unit: 'st.', purchase: 800, sales: 1500 },
  ],
  checklist: { name: 'Jaarlijks onderhoud', points: ['Veiligheidsfuncties controleren', 'Reinigen en smeren', 'Proefdraaien', 'Contactpersoon informeren'] },
  reasons: ['De installatie valt niet onder uw contract. Wij maken graag een offerte.', 'De storing is al gemeld en wordt binnenkort verholpen.'],
  messages: {
    customer: ['Wanneer kunnen wij iemand verwachten?', 'De conciërge heeft de sleutel.', 'Bedankt, alles werkt weer!'],
    staff: ['Het onderdeel is besteld en komt waarschijnlijk donderdag.', 'Wij komen morgenochtend.', 'Laat het weten als de storing terugkomt.'],
    internal: ['Lange ladder meenemen.', 'Klant wil eerst een prijs voor grotere onderdelen.'],
  },
};
