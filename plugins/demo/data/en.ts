import type { Sample } from './types.js';

export const en: Sample = {
  language: 'en',
  country: 'GB',
  timeZone: 'Europe/London',
  phone: '+44 20 7946 01',
  technician: 'Amy Collins',
  customers: [
    { name: 'Harbour View Offices Ltd', domain: 'harbourview.example', street: '14 Quay Street', postal: 'BS1 4XX', city: 'Bristol' },
    { name: 'St Aldate Care Homes', domain: 'staldate.example', street: '3 Abbey Lane', postal: 'OX1 1XX', city: 'Oxford' },
    { name: 'Northgate Cold Storage Ltd', domain: 'northgate.example', street: '77 Dock Road', postal: 'L19 2XX', city: 'Liverpool' },
    { name: 'The Old Mill Hotel', domain: 'oldmillhotel.example', street: 'Mill Lane', postal: 'YO1 9XX', city: 'York' },
    { person: ['Margaret', 'O’Neill'], name: 'Margaret O’Neill', domain: 'oneill.example', street: '8 Orchard Close', postal: 'EX4 4XX', city: 'Exeter' },
    { person: ['David', 'Hughes'], name: 'David Hughes', domain: 'hughes.example', street: '25 Castle Terrace', postal: 'EH1 2XX', city: 'Edinburgh' },
  ],
  people: [
    'Emma Clarke',
    'James Turner',
    'Olivia Ward',
    'Daniel Foster',
    'Grace Bennett',
    'Thomas Reid',
    'Sophie Marsh',
    'Henry Walsh',
    'Lucy Fletcher',
    'George Palmer',
  ],
  kinds: [
    {
      category: 'lift',
      names: ['Lift A', 'Lift B', 'Goods lift', 'Passenger lift lobby'],
      faults: [
        {
          title: 'Lift stops between two floors',
          text: 'The lift stopped twice today between floors 2 and 3. Nobody is inside, but it only starts again after several attempts.',
          work: 'Door contact on floor 3 was loose. Replaced it, adjusted the door and tested all floors.',
        },
        {
          title: 'Noise from the lift machine room',
          text: 'There is a loud squeal from the machine room when the lift goes up. It has become worse over the last week.',
          work: 'Lubricated the guide rails and replaced a worn guide shoe. The noise is gone.',
        },
      ],
    },
    {
      category: 'door',
      names: ['Garage door north', 'Loading door 2', 'Entrance door', 'High-speed door warehouse'],
      faults: [
        {
          title: 'Garage door does not close fully',
          text: 'The door comes down to about 20 cm above the floor and goes up again. We cannot lock the garage.',
          work: 'Photocell was dirty and out of line. Cleaned and aligned it, tested ten times.',
        },
        {
          title: 'Automatic door does not respond',
          text: 'The automatic door no longer opens when the button is pressed. Visitors in wheelchairs cannot get in.',
          work: 'Replaced the broken push pad and set the hold-open time to ten seconds.',
        },
      ],
    },
    {
      category: 'pump',
      names: ['Pumping station', 'Basement sump pump', 'Circulation pump'],
      faults: [
        {
          title: 'Alarm from the pumping station',
          text: 'The alarm lamp is red and the water in the pit is higher than usual. Please come today if you can.',
          work: 'Cleared rags from the impeller, checked the level switches and reset the alarm.',
        },
        {
          title: 'Pump is noisy and leaking',
          text: 'Water drips from below the pump and it is much louder than before.',
          work: 'Replaced shaft seal and bearings, pressure-tested, no leaks.',
        },
      ],
    },
    {
      category: 'ventilation',
      names: ['Ventilation floor 3', 'Kitchen extraction', 'Air handling unit AHU 1'],
      faults: [
        {
          title: 'Stale air on the third floor',
          text: 'The air has not moved on the whole floor since Monday. Several colleagues complain of headaches.',
          work: 'Fan belt had snapped. Replaced belt and filters, measured 100 % of the design flow.',
        },
        {
          title: 'Ventilation blows cold air',
          text: 'Cold air comes from the supply grilles although it is winter. We have switched the unit off for now.',
          work: 'Heating coil actuator was stuck. Replaced it and checked the frost protection.',
        },
      ],
    },
    {
      category: 'heating',
      names: ['Heat interface unit', 'Heat pump', 'Boiler room'],
      faults: [
        {
          title: 'No hot water',
          text: 'There has been no hot water in the building since this morning. The radiators are warm.',
          work: 'Hot water valve had seized. Freed it, replaced the actuator and set 58 °C.',
        },
        {
          title: 'Heat pump shows error E14',
          text: 'The heat pump stops every night and shows E14. Restarting helps only for a while.',
          work: 'Outdoor sensor had an open circuit. Replaced the sensor and updated the software.',
        },
      ],
    },
    {
      category: 'lighting',
      names: ['Car park lighting', 'Emergency lighting', 'Staircase lighting'],
      faults: [
        {
          title: 'Half the car park is dark',
          text: 'The lights on the north side of the car park are out. It feels unsafe in the evenings.',
          work: 'Residual-current device had tripped because of moisture in a post. Dried, sealed and replaced the terminal block.',
        },
        {
          title: 'Yearly check of the emergency lighting',
          text: 'The yearly check is due. We need the report by the end of the month.',
          work: 'Tested all luminaires, replaced three batteries, report written and sent.',
        },
      ],
    },
  ],
  devices: [
    { kind: 'printer', name: 'Printer reception', manufacturer: 'Brother', model: 'HL-L6410DN', location: 'Reception' },
    { kind: 'printer', name: 'Office printer first floor', manufacturer: 'Kyocera', model: 'ECOSYS M3145dn', location: 'First floor, copy room' },
    {
      kind: 'computer',
      name: 'Workstation reception',
      manufacturer: 'Dell',
      model: 'OptiPlex 7020',
      location: 'Reception',
      software: ['Windows 11 Pro', 'LibreOffice 24.8', 'Firefox ESR'],
    },
    {
      kind: 'computer',
      name: 'Workstation accounts',
      manufacturer: 'Lenovo',
      model: 'ThinkCentre M70q',
      location: 'Office 2',
      software: ['Windows 11 Pro', 'LibreOffice 24.8'],
    },
    { kind: 'server', name: 'File server', manufacturer: 'HPE', model: 'ProLiant ML30', location: 'Server room', software: ['Debian 12', 'Samba 4.17'] },
    { kind: 'network', name: 'Switch ground floor', manufacturer: 'Zyxel', model: 'GS1920-24', location: 'Distribution cabinet' },
    { kind: 'phone', name: 'Phone front desk', manufacturer: 'Snom', model: 'D785', location: 'Front desk' },
    { kind: 'heating', name: 'Control unit', manufacturer: 'Siemens', model: 'RVL480', location: 'Plant room' },
    { kind: 'cooling', name: 'Cold room unit', manufacturer: 'Bitzer', model: 'LH44E', location: 'Basement' },
    { kind: 'door', name: 'Entrance door drive', manufacturer: 'Dorma', model: 'ED 100', location: 'Main entrance' },
  ],
  projects: ['Renewal of the control system', 'Emergency lighting second stage', 'New printers', 'Yearly maintenance'],
  articles: [
    { article: 'T-100', text: 'Working time technician', unit: 'h', purchase: 4200, sales: 7800 },
    { article: 'T-110', text: 'Travel flat rate', unit: 'pcs', purchase: 1500, sales: 4500 },
    { article: 'E-2041', text: 'Control board', unit: 'pcs', purchase: 18450, sales: 27900 },
    { article: 'E-3310', text: 'Sensor', unit: 'pcs', purchase: 3980, sales: 6900 },
    { article: 'K-0215', text: 'Cable', unit: 'm', purchase: 95, sales: 210 },
    { article: 'M-0001', text: 'Small parts', unit: 'pcs', purchase: 800, sales: 1500 },
  ],
  checklist: { name: 'Yearly service', points: ['Check the safety functions', 'Clean and lubricate', 'Test run', 'Inform the contact person'] },
  reasons: [
    'The installation is not part of your contract. We are happy to make you an offer.',
    'The fault has already been reported and will be repaired soon.',
  ],
  messages: {
    customer: ['When can we expect somebody?', 'The caretaker has the key, first door on the left.', 'Thank you, everything works again!'],
    staff: ['The spare part is ordered and should arrive on Thursday.', 'We will come tomorrow morning.', 'Please let us know if the fault comes back.'],
    internal: ['Bring the long ladder.', 'Customer wants a price before larger parts are replaced.'],
  },
};
