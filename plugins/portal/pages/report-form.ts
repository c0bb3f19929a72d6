import { type FormState, type PageContext, type Resolve } from '../../../core/api.js';
import { AccessDirectory, DeviceService, idOf, type Device } from '../../customers/api.js';

/** Up to so many devices are offered before a place is chosen. */
const fewDevices = 30;

/** The choices of the report form: places and devices in reach, how urgent it is. */
export async function reportChoices(c: PageContext, resolve: Resolve, values: Record<string, unknown> = {}): Promise<object> {
  const [directory, devices] = [resolve(AccessDirectory), resolve(DeviceService)];
  const places = await directory.installations(c.actor, 'desk.request.create', { limit: 500 });
  const customers = new Map((await directory.customersInReach(c.actor, 'desk.request.create')).map((customer) => [customer.id, customer.name]));
  const several = customers.size > 1;
  const chosen = places.length === 1 ? places[0]!.id : idOf(values['installation_id']);
  const offered = await devices.choices(c.actor, 'desk.request.create', { installationId: chosen, limit: chosen ? 500 : fewDevices + 1 });
  return {
    choices: [
      ...places.map((place) => ({
        id: place.id,
        label: [place.name, place.city, several ? customers.get(place.customer_id) : null].filter(Boolean).join(' – '),
      })),
      ...placesOfDevices(offered, new Set(places.map((place) => place.id))),
    ].map(({ id, label }) => ({ value: String(id), label, selected: places.length === 1 })),
    devices: (chosen || offered.length <= fewDevices ? offered : []).map((device) => ({
      value: String(device.id),
      label: [device.name, chosen ? device.location : device.installation_name].filter(Boolean).join(' – '),
    })),
    urgencies: [1, 2, 3].map((value) => ({ value: String(value), label: c.t(`urgency.${value}`) })),
  };
}

/** Who may report on single devices only chooses among their places. */
function placesOfDevices(devices: readonly Device[], known: ReadonlySet<number>): { id: number; label: string }[] {
  const places = devices.filter((device) => !known.has(device.installation_id)).map((device) => [device.installation_id, device] as const);
  return [...new Map(places)].map(([id, device]) => ({ id, label: [device.installation_name, device.installation_city].filter(Boolean).join(' – ') }));
}

export const emptyReport = (): FormState => ({ values: { urgency: '2' }, errors: {}, summary: [] });
