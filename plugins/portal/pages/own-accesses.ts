import { InvalidInputError, NotFoundError, signedIn, stepUp, z, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory, OwnAccess, effectTexts, labelOf } from '../../customers/api.js';
import { choose } from '../customer-choice.js';

const choice = z.object({
  customer: z.coerce.number().int().min(0),
  back: z
    .string()
    .regex(/^\/(?!\/)[\w/?=&%.-]*$/)
    .catch('/'),
});

/** The own accesses of an account (DX-17), and which customer it looks at. */
export const ownAccessPages: PageModule = (page, resolve) => {
  const [own, directory] = [resolve(OwnAccess), resolve(AccessDirectory)];
  const losses = async (c: PageContext, id: number): Promise<string[]> => effectTexts(c, await own.losses(c.actor, id)).losses;

  page.post('/customer', signedIn('write'), async (c) => {
    const { customer, back } = c.body(choice);
    const mine = c.actor.account ? await directory.accessesOf(c.actor.account.id) : [];
    if (customer !== 0 && !mine.some((one) => one.customerId === customer)) throw new NotFoundError();
    choose(c, customer);
    c.redirect(back);
  });

  page.form('/my-access/:id/leave', stepUp(signedIn('delete')), {
    schema: z.object({}),
    async show(c) {
      const accesses = await own.list(c.actor);
      const access = accesses.find((one) => one.id === c.id());
      if (!access) throw new NotFoundError();
      const title = c.t('own.leaveTitle', { customer: access.customerName });
      c.view('portal/leave', { title, access, losses: await losses(c, access.id), last: accesses.length === 1 }, { title });
    },
    async submit(c) {
      const last = await own.leave(c.actor, c.id());
      c.redirect(last ? '/sign-in' : '/profile', { key: last ? 'toast.deleted' : 'toast.left' });
    },
  });

  // Typed, and shown once more who one is: there is no undo but by the service company.
  page.form('/my-access/delete', stepUp(signedIn('delete')), {
    schema: z.object({ email: z.string().max(300) }),
    async show(c, form) {
      const title = c.t('own.deleteTitle');
      const accesses = [];
      for (const access of await own.list(c.actor)) accesses.push({ ...access, losses: await losses(c, access.id) });
      c.view('portal/own-delete', { form, title, email: c.actor.account?.email, accesses }, { title });
    },
    async submit(c, { email }) {
      if (email.trim().toLowerCase() !== c.actor.account?.email.toLowerCase()) throw new InvalidInputError({ email: { key: 'portal:error.typeMail' } });
      await own.deleteAll(c.actor);
      c.redirect('/sign-in', { key: 'toast.deleted' });
    },
  });
};

/** The card in the profile: the own customers, and what each access gives in words. */
export async function ownAccessCard(c: PageContext, own: OwnAccess): Promise<object | null> {
  if (c.site !== 'portal' || c.actor.kind !== 'customer' || c.actor.onBehalfOf) return null;
  const accesses = await own.list(c.actor);
  return {
    accesses: accesses.map((access) => ({
      ...access,
      stateText: c.t(`customers:access.state.${access.state}`),
      rights: access.options.map((permission) => c.t(labelOf(permission))),
      reach: access.allInstallations ? c.t('customers:access.all') : c.t('customers:access.some', { count: access.installationIds.length }),
    })),
  };
}
