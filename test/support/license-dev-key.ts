/**
 * The private half of the development key in config/license-keys.ts. It is public on purpose, so that tests and newcomers can issue
 * licenses (`npm run license -- issue --dev`). A product that runs in production refuses what it signs.
 */
export const developmentKey = {
  kid: 'development',
  privateKey: 'odOnVyo7JnqRrTOLCmqLh6NzHYuxO5GxWBte7LXxkFc',
  publicKey: '7pgr5Ww172t7Hh-xHkHH72ub1bpH_5_QSRiVvCjr6cg',
};
